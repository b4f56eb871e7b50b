using Serverless.Storage;

namespace Serverless.Admission;

/// <summary>Limits what has no key to count by: what comes from one client address, or claims to be one user.</summary>
public sealed class ClientGate(Ledgers ledgers, TimeProvider time)
{
    private const string Row = "limits";

    /// <summary>Takes one permit from a client's limit; or nothing, when there is none left.</summary>
    /// <param name="client">The address, in a form to count by, or whatever else the limit is for; short.</param>
    /// <param name="limit">The limit.</param>
    public async Task<Decision> AdmitAsync(string client, Limit limit)
    {
        var decision = await ledgers.Clients.ApplyAsync(Partition(client), [Row], view =>
        {
            var made = limit.Decide(view.Get(Row, limit.Column), time.GetUtcNow(), cost: 1);
            if (made is { IsAdmitted: true, State: { } state })
            {
                view.Set(Row, limit.Column, state);
            }

            return new Verdict<Decision>(made);
        });
        AdmissionMetrics.Count(limit, decision);
        return decision;
    }

    // A slash may not stand in a key.
    private static string Partition(string client) => client.Replace('/', '_');
}
