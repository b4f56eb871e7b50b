using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Faults;

/// <summary>Agents that register, search as fast as they can, and replace their keys. Each does one thing at a time, so that it knows what must be counted.</summary>
internal sealed class SearchLoad() : Load("agents")
{
    private const int MostAgents = 6;
    private const int LimitPerMinute = 60;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromMilliseconds(30);

    private readonly ConcurrentQueue<Agent> _idle = new();
    private int _registered;

    public override async Task<string> ExpectAsync(ServerlessHost host)
    {
        var (answered, counted) = (0L, 0L);
        foreach (var agent in _idle)
        {
            agent.Admitted.ExpectWindow(LimitPerMinute, Minute);
            var usage = JsonNode.Parse(await UsageAsync(host, agent))!;
            var calls = usage["calls_total"]!.GetValue<long>();
            Assert.True(calls >= agent.Answered && calls <= agent.Answered + agent.Unknown, $"{calls} counted, {agent.Answered} answered, {agent.Unknown} unknown");
            Assert.Equal(calls, usage["daily"]!.AsArray().Sum(day => day!["calls"]!.GetValue<long>()));
            (answered, counted) = (answered + agent.Answered, counted + calls);
        }

        return $"{this}: {_idle.Count} agents, {answered} searches answered, {counted} counted, 0 uncounted, 0 limits exceeded";
    }

    protected override async Task<Outcome> TrySendAsync(HttpClient http)
    {
        if (Volatile.Read(ref _registered) < MostAgents && Interlocked.Increment(ref _registered) <= MostAgents)
        {
            return await RegisterAsync(http);
        }

        if (!_idle.TryDequeue(out var agent))
        {
            await Task.Delay(PauseAfterRefusal);
            return Outcome.Refused;
        }

        var outcome = Random.Shared.Next(15) == 0 ? await RotateAsync(http, agent) : await SearchAsync(http, agent);
        if (outcome == Outcome.Refused)
        {
            await Task.Delay(PauseAfterRefusal);
        }

        return outcome;
    }

    private async Task<Outcome> RegisterAsync(HttpClient http)
    {
        var body = new JsonObject { ["agent_name"] = $"agent-{Guid.NewGuid():N}", ["owner_identifier"] = "test@example.com" }.ToJsonString();
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/register") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        var (outcome, answer) = await SendAsync(http, request);
        if (outcome == Outcome.Acknowledged)
        {
            _idle.Enqueue(new(answer!["api_key"]!.GetValue<string>()));
        }
        else
        {
            Interlocked.Decrement(ref _registered);
        }

        return outcome;
    }

    private async Task<Outcome> SearchAsync(HttpClient http, Agent agent)
    {
        var sent = DateTimeOffset.UtcNow;
        var (outcome, answer) = await SendAsync(http, Request(HttpMethod.Get, $"/v1/search?q={Guid.NewGuid()}", agent));
        if (outcome == Outcome.Acknowledged)
        {
            agent.Answered++;
            agent.Admitted.Add(sent);
            var calls = answer!["usage"]!["calls_total"]!.GetValue<long>();
            Assert.True(calls >= agent.Answered && calls <= agent.Answered + agent.Unknown, $"{calls} counted, {agent.Answered} answered, {agent.Unknown} unknown");
        }
        else
        {
            agent.Unknown++;
        }

        _idle.Enqueue(agent);
        return outcome;
    }

    // Of one that was not answered nobody knows the key: the agent is given up, and another one registers.
    private async Task<Outcome> RotateAsync(HttpClient http, Agent agent)
    {
        var (outcome, answer) = await SendAsync(http, Request(HttpMethod.Post, "/v1/keys/rotate", agent));
        if (outcome == Outcome.Acknowledged)
        {
            agent.Key = answer!["api_key"]!.GetValue<string>();
            _idle.Enqueue(agent);
        }
        else
        {
            Interlocked.Decrement(ref _registered);
        }

        return outcome;
    }

    private static async Task<string> UsageAsync(ServerlessHost host, Agent agent)
    {
        using var request = Request(HttpMethod.Get, "/v1/usage", agent);
        using var response = await host.Client.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        return body;
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, Agent agent)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new("Bearer", agent.Key);
        return request;
    }

    private sealed class Agent(string key)
    {
        public string Key { get; set; } = key;

        public long Answered { get; set; }

        public long Unknown { get; set; }

        public AdmittedRequests Admitted { get; } = new();
    }
}
