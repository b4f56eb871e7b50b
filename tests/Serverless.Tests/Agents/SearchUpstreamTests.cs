using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Agents;

/// <summary>A provider that is down, slow, or lies: the documented answer, in time, and nothing is counted.</summary>
public sealed class SearchUpstreamTests : IAsyncLifetime
{
    private const string Failed = "The search provider failed or did not answer in time";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly AdjustableTime _time = new();
    private AgentHost _host = null!;

    public static TheoryData<string, Func<HttpContext, Task>> Lies => new()
    {
        { "an error", ScriptedUpstream.Fails },
        { "a refusal", context => ScriptedUpstream.Says(context, 403, "text/html", "<html>no</html>") },
        { "a redirect", Redirects },
        { "nothing", context => ScriptedUpstream.Says(context, 204, "application/json", "") },
        { "HTML", context => ScriptedUpstream.Says(context, 200, "text/html", "<!doctype html><title>Search</title><p>Results</p>") },
        { "garbage", context => ScriptedUpstream.Says(context, 200, "application/json", "\u0000\u0001{{{") },
        { "half an answer", context => ScriptedUpstream.Says(context, 200, "application/json", """{"results":[{"url":"https://exam""") },
        { "compressed garbage", CompressesGarbage },
        { "an empty body", context => ScriptedUpstream.Says(context, 200, "application/json", "") },
        { "another JSON", context => ScriptedUpstream.Says(context, 200, "application/json", """{"error":"no"}""") },
        { "an array", context => ScriptedUpstream.Says(context, 200, "application/json", "[1,2,3]") },
        { "results that are no list", context => ScriptedUpstream.Says(context, 200, "application/json", """{"results":{"a":1}}""") },
        { "JSON without end", context => ScriptedUpstream.Says(context, 200, "application/json", string.Concat(Enumerable.Repeat("[", 100_000))) },
        { "no engine that responds", context => ScriptedUpstream.Says(context, 200, "application/json", """{"results":[],"unresponsive_engines":[["a","timeout"]]}""") },
        { "ten megabytes", context => ScriptedUpstream.Says(context, 200, "application/json", $$"""{"results":[],"filler":"{{new string('x', 10 << 20)}}"}""") },
        { "no end", Endless },
        { "a broken connection", context => Task.Run(context.Abort) },
    };

    public static TheoryData<string, Func<HttpContext, Task>> Delays => new()
    {
        { "silence", ScriptedUpstream.Hangs },
        { "a drip", Drips },
    };

    public async Task InitializeAsync() => _host = await AgentHost.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(_time));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task Whatever_it_says_is_a_502_and_does_not_count(string what, Func<HttpContext, Task> script)
    {
        var agent = await _host.RegisterAsync();
        _host.Upstream.Script = script;

        var answer = await agent.SearchAsync(what).WaitAsync(Patience.Limit);

        answer.AssertError(502, "UPSTREAM_ERROR", Failed);
        await AssertNotCountedAsync(agent, what);
    }

    [Theory]
    [MemberData(nameof(Delays))]
    public async Task However_it_delays_its_answer_it_is_a_502_after_ten_seconds_and_does_not_count(string what, Func<HttpContext, Task> script)
    {
        var agent = await _host.RegisterAsync();
        _host.Upstream.Script = script;
        var search = agent.SearchAsync(what);
        await _host.Upstream.WaitForAsync(1);

        _time.Advance(Timeout);

        (await search.WaitAsync(Patience.Limit)).AssertError(502, "UPSTREAM_ERROR", Failed);
        await AssertNotCountedAsync(agent, what);
    }

    [Fact]
    public async Task Where_nobody_listens_it_is_a_502_until_somebody_does()
    {
        var agent = await _host.RegisterAsync();
        var address = _host.Upstream.Address.AbsoluteUri;
        await _host.Upstream.DisposeAsync();

        (await agent.SearchAsync("x")).AssertError(502, "UPSTREAM_ERROR", Failed);
        Assert.Equal(0, await agent.CallsAsync());

        await using var back = await ScriptedUpstream.StartAsync(address);
        await agent.FindAsync("x");
        Assert.Equal(1, await agent.CallsAsync());
    }

    [Fact]
    public async Task Where_no_connection_comes_about_it_is_tried_once_more()
    {
        // Ends every connection before it is secured.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var host = await _host.StartAnotherAsync(
            builder => builder.Configuration["Search:Endpoint"] = $"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        var agent = (await _host.RegisterAsync()).With(host.Client);
        var search = agent.SearchAsync("x");
        for (var connection = 0; connection < 2; connection++)
        {
            using var accepted = await listener.AcceptTcpClientAsync().WaitAsync(Patience.Limit);
        }

        (await search.WaitAsync(Patience.Limit)).AssertError(502, "UPSTREAM_ERROR", Failed);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task A_caller_that_goes_away_is_not_charged()
    {
        var agent = await _host.RegisterAsync();
        _host.Upstream.Script = ScriptedUpstream.Hangs;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/search?q=x");
        request.Headers.Authorization = new("Bearer", agent.Key);
        using var leaving = new CancellationTokenSource();
        var search = _host.Client.SendAsync(request, leaving.Token);
        await _host.Upstream.WaitForAsync(1);

        // Admitted, and counted so far.
        Assert.Equal(1, await agent.CallsAsync());
        _host.Proxy.Reset();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);
        await _host.Proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "table", Method: "POST", Status: 202 }));

        Assert.Equal(0, await agent.CallsAsync());
    }

    [Fact]
    public async Task What_is_searched_for_is_passed_on_as_it_is()
    {
        const string Query = "c# & \"exact\" + 100% ünïcödé ?x=y#z";
        var agent = await _host.RegisterAsync();

        var answer = await agent.FindAsync(Query);

        var request = Assert.Single(_host.Upstream.Requests);
        Assert.Equal(Query, request.Query);
        Assert.StartsWith("/search?q=", request.Target, StringComparison.Ordinal);
        Assert.EndsWith("&format=json", request.Target, StringComparison.Ordinal);
        Assert.Equal("application/json", request.Headers["Accept"]);
        Assert.DoesNotContain(request.Headers.Values, value => value.Contains(agent.Key, StringComparison.Ordinal));
        Assert.Equal(Query, answer["query"]!.GetValue<string>());
    }

    private async Task AssertNotCountedAsync(AgentClient agent, string query)
    {
        Assert.Single(_host.Upstream.Requests);
        Assert.Equal(0, await agent.CallsAsync());
        _host.Upstream.Script = ScriptedUpstream.Finds;
        Assert.Equal(1, (await agent.FindAsync(query))["usage"]!["calls_total"]!.GetValue<long>());
    }

    private static Task Redirects(HttpContext context)
    {
        context.Response.Redirect($"/search?q={context.Request.Query["q"]}&format=json");
        return Task.CompletedTask;
    }

    private static Task CompressesGarbage(HttpContext context)
    {
        context.Response.Headers.ContentEncoding = "gzip";
        return ScriptedUpstream.Says(context, 200, "application/json", """{"results":[]}""");
    }

    private static async Task Endless(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync("""{"results":[""");
        var page = Encoding.UTF8.GetBytes("""{"url":"https://example.com","title":"again"},""");
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.Body.WriteAsync(page, CancellationToken.None);
        }
    }

    private static async Task Drips(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.WriteAsync(" ", CancellationToken.None);
            await context.Response.Body.FlushAsync(CancellationToken.None);
            await Task.Delay(10);
        }
    }
}
