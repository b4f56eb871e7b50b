using Serverless.Storage;

namespace Serverless.Admission;

/// <summary>Limits what comes from one client address, whoever it is.</summary>
public sealed class ClientGate(Ledgers ledgers, TimeProvider time)
{
    private const string Row = "limits";

    /// <summary>Takes one permit from an address's limit; or nothing, when there is none left.</summary>
    /// <param name="address">The address, in a form to count by.</param>
    /// <param name="limit">The limit.</param>
    public Task<Decision> AdmitAsync(string address, Limit limit) =>
        ledgers.Clients.ApplyAsync(Partition(address), [Row], view =>
        {
            var decision = limit.Decide(view.Get(Row, limit.Column), time.GetUtcNow(), cost: 1);
            if (decision is { IsAdmitted: true, State: { } state })
            {
                view.Set(Row, limit.Column, state);
            }

            return new Verdict<Decision>(decision);
        });

    // A slash may not stand in a key.
    private static string Partition(string address) => address.Replace('/', '_');
}
