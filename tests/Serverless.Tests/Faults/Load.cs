using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Faults;

/// <summary>What became of a request.</summary>
internal enum Outcome
{
    /// <summary>It succeeded: what it asked for must not be lost.</summary>
    Acknowledged,

    /// <summary>It was refused, in the envelope of its surface.</summary>
    Refused,

    /// <summary>The connection broke: it may have been carried out or not.</summary>
    Broken,
}

/// <summary>
/// Users of one part of the service: they send, remember what was answered, and say in the end whether that is so. Any number of senders may
/// send at a time, to any instance.
/// </summary>
/// <param name="name">What they use.</param>
internal abstract class Load(string name)
{
    private readonly int[] _outcomes = new int[Enum.GetValues<Outcome>().Length];
    private readonly HashSet<int> _refusals = [];

    /// <summary>How many requests were answered with success.</summary>
    public int Acknowledged => Volatile.Read(ref _outcomes[(int)Outcome.Acknowledged]);

    /// <summary>How many requests were refused.</summary>
    public int Refused => Volatile.Read(ref _outcomes[(int)Outcome.Refused]);

    /// <summary>The statuses of refusals.</summary>
    public IReadOnlyCollection<int> Refusals
    {
        get
        {
            lock (_refusals)
            {
                return [.. _refusals.Order()];
            }
        }
    }

    /// <summary>How many requests there were, and what became of them.</summary>
    public override string ToString() =>
        $"{name}: {_outcomes.Sum()} requests, {Acknowledged} acknowledged, {_outcomes[(int)Outcome.Refused]} refused ({string.Join(' ', Refusals)}), {_outcomes[(int)Outcome.Broken]} broken off";

    /// <summary>Sends one request.</summary>
    public async Task<Outcome> SendAsync(HttpClient http)
    {
        var outcome = await TrySendAsync(http);
        Interlocked.Increment(ref _outcomes[(int)outcome]);
        return outcome;
    }

    /// <summary>Waits until all that is under way has come to rest, and expects that all acknowledged is there, and nothing twice.</summary>
    /// <param name="host">An application on the same storage, past any proxy.</param>
    /// <returns>What was found, for people.</returns>
    public abstract Task<string> ExpectAsync(ServerlessHost host);

    /// <summary>Sends one request and remembers what it was about.</summary>
    protected abstract Task<Outcome> TrySendAsync(HttpClient http);

    /// <summary>Sends a request; its answer has to be a success, or an error as it has to be.</summary>
    /// <returns>What became of it, and the answer's body if it succeeded and has one.</returns>
    protected async Task<(Outcome Outcome, JsonNode? Answer)> SendAsync(HttpClient http, HttpRequestMessage request)
    {
        using (request)
        {
            // The client makes an absolute address of it.
            var path = request.RequestUri!.OriginalString;
            try
            {
                using var response = await http.SendAsync(request);
                var body = await response.Content.ReadAsStringAsync();
                if (response.IsSuccessStatusCode)
                {
                    return (Outcome.Acknowledged, body.Length == 0 ? null : JsonNode.Parse(body));
                }

                Assert.True(
                    Envelopes.ProblemWith(path, response, body) is null,
                    $"{name}: {(int)response.StatusCode} {Envelopes.ProblemWith(path, response, body)}: {body}");
                Assert.True(IsExpected(response.StatusCode, body), $"{name}: {(int)response.StatusCode} {body}");
                lock (_refusals)
                {
                    _refusals.Add((int)response.StatusCode);
                }

                return (Outcome.Refused, null);
            }
            catch (HttpRequestException)
            {
                return (Outcome.Broken, null);
            }
        }
    }

    // 409 is for a repeated request whose first one is taken to be under way still. Lamina's contract has a 500 of its own
    // for a key that could not be looked up.
    private static bool IsExpected(HttpStatusCode status, string body) =>
        (int)status is 409 or 429 or 503 || (status == HttpStatusCode.InternalServerError && body.Contains("\"AUTH_FAILED\"", StringComparison.Ordinal));
}
