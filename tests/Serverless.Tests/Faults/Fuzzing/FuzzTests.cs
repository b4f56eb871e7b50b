using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Serverless.Http;
using Xunit.Abstractions;

namespace Serverless.Tests.Faults.Fuzzing;

/// <summary>
/// Whatever is sent, the answer is a documented one, in the envelope of its surface: never a 5xx, never silence. A case is made of the
/// endpoint and a number, and comes out the same every time; one that fails is printed with all it takes to send it again. Each round has an
/// application and a storage account of its own: what the cases before left behind must not slow it down.
/// </summary>
[Trait("Category", "Faults")]
public sealed class FuzzTests(ITestOutputHelper output) : IAsyncLifetime, IDisposable
{
    private const int BodiesPerEndpoint = 200;
    private const int QueriesPerEndpoint = 20;
    private const int AtOnce = 16;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    // By what the surfaces' documentation says of errors. 429 is not among them: nothing is limited here.
    private static readonly int[] Refusals = [400, 401, 403, 404, 405, 409, 413, 415];
    private static readonly string[] AgentPaths = ["/v1/register", "/v1/keys", "/v1/search", "/v1/me", "/v1/usage", "/v1/billing", "/v1/capabilities", "/v1/guide"];

    private readonly ConcurrentDictionary<(string Endpoint, int Status), int> _answers = new();
    private readonly ConcurrentDictionary<(string Endpoint, string Problem), string> _problems = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false, RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 });
    private FuzzTarget _target = null!;

    public static TheoryData<int> Rounds => FaultScale.Seeds(1);

    public async Task InitializeAsync()
    {
        _target = await FuzzTarget.StartAsync();
        _client.BaseAddress = _target.Host.Client.BaseAddress;
    }

    public async Task DisposeAsync() => await _target.DisposeAsync();

    public void Dispose() => _client.Dispose();

    // Pages take no input but their path, and have tests of their own.
    [Fact]
    public void Every_endpoint_there_is_is_fuzzed()
    {
        var declared = new RouteTable().Endpoints.Select(endpoint => $"{endpoint.Method} {endpoint.Route.TemplateText}");

        Assert.Equal(declared.Order(StringComparer.Ordinal), _target.Endpoints.Select(endpoint => endpoint.ToString()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.All(_target.Endpoints, endpoint => Assert.Equal(endpoint.Method is "POST" or "PUT" or "PATCH", endpoint.Bodies.Count > 0));
    }

    /// <summary>200 bodies an endpoint and round; 50 rounds, 10,000, in the long form.</summary>
    [Theory]
    [MemberData(nameof(Rounds))]
    public async Task No_body_gets_anything_but_a_documented_answer(int round)
    {
        var endpoints = _target.Endpoints.Where(endpoint => endpoint.Bodies.Count > 0).ToArray();
        await AskAsync(from number in Enumerable.Range((round - 1) * BodiesPerEndpoint, BodiesPerEndpoint) from endpoint in endpoints select (endpoint, RequestGrammar.WithBody(endpoint, number)));
        await ExpectHealthAsync();
        Report(endpoints.Length);
    }

    /// <summary>20 an endpoint and round; 50 rounds, 1,000, in the long form.</summary>
    [Theory]
    [MemberData(nameof(Rounds))]
    public async Task No_path_query_or_header_gets_anything_but_a_documented_answer(int round)
    {
        var endpoints = _target.Endpoints.Where(endpoint => endpoint.Bodies.Count == 0).ToArray();
        await AskAsync(from number in Enumerable.Range((round - 1) * QueriesPerEndpoint, QueriesPerEndpoint) from endpoint in endpoints select (endpoint, RequestGrammar.WithoutBody(endpoint, number)));
        await ExpectHealthAsync();
        Report(endpoints.Length);
    }

    private async Task AskAsync(IEnumerable<(FuzzedEndpoint Endpoint, FuzzedRequest Request)> cases)
    {
        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (one, _) =>
        {
            if (await AskAsync(one.Endpoint, one.Request) is { } problem)
            {
                _problems.TryAdd((one.Endpoint.ToString(), problem[..Math.Min(problem.Length, 12)]), $"{problem}\n{one.Request}");
            }
        });
        Assert.True(_problems.IsEmpty, string.Join("\n\n", _problems.Values));
    }

    // What is wrong with the answer; null when nothing is.
    private async Task<string?> AskAsync(FuzzedEndpoint endpoint, FuzzedRequest request)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            using var message = request.ToMessage();
            using var response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            var status = (int)response.StatusCode;
            _answers.AddOrUpdate((endpoint.ToString(), status), 1, (_, count) => count + 1);
            if (response.Content.Headers.ContentType?.MediaType == "text/event-stream")
            {
                // It would go on.
                return response.StatusCode == HttpStatusCode.OK ? null : $"a stream with status {status}";
            }

            var body = await response.Content.ReadAsStringAsync(deadline.Token);
            return status is >= 200 and < 300 or 304 ? null
                : !IsDocumented(request.Path, status) ? $"{status} {body}"
                : Envelopes.ProblemWith(request.Path, response, body) is { } problem ? $"{status}: {problem}: {body}"
                : null;
        }
        catch (OperationCanceledException)
        {
            return $"no answer within {Deadline}";
        }
        catch (HttpRequestException failure)
        {
            return $"no answer: {failure.Message}";
        }
    }

    private static bool IsDocumented(string path, int status) =>
        Refusals.Contains(status) || (status is 402 or 422 && Array.Exists(AgentPaths, own => path.StartsWith(own, StringComparison.Ordinal)));

    private async Task ExpectHealthAsync()
    {
        Assert.Equal("""{"status":"ok"}""", await _target.Host.Client.GetStringAsync("/health"));
        foreach (var endpoint in _target.Endpoints)
        {
            foreach (var body in endpoint.Bodies.Cast<string?>().DefaultIfEmpty())
            {
                var request = new FuzzedRequest(
                    endpoint.Method,
                    endpoint.Path,
                    body is null ? endpoint.Headers : [.. endpoint.Headers, ("Content-Type", endpoint.ContentType)],
                    body is null ? null : Encoding.UTF8.GetBytes(body));
                using var message = request.ToMessage();
                using var response = await _target.Host.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
                Assert.True(endpoint.Successes.Contains((int)response.StatusCode), $"{endpoint}: {(int)response.StatusCode}");
            }
        }
    }

    private void Report(int endpoints)
    {
        output.WriteLine($"{endpoints} endpoints, {_answers.Values.Sum()} answers");
        foreach (var answers in _answers.GroupBy(answer => answer.Key.Endpoint, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"{answers.Key}: {string.Join(", ", answers.OrderBy(answer => answer.Key.Status).Select(answer => $"{answer.Key.Status} x {answer.Value}"))}");
        }
    }
}
