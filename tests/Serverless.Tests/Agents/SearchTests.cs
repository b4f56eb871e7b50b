using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Agents;

/// <summary><c>GET /v1/search</c>: what is asked, what is answered, to the letter.</summary>
public sealed class SearchTests(AgentFixture fixture) : IClassFixture<AgentFixture>
{
    private AgentHost Host => fixture.Host;

    [Fact]
    public async Task An_answer_has_results_usage_and_whether_it_is_cached()
    {
        var agent = await Host.RegisterAsync();
        Host.Upstream.Script = context => ScriptedUpstream.AnswersWith(
            context,
            ScriptedUpstream.Page("https://www.greenplan.gov.sg", "Green <b>Plan</b> 2030", "A &amp; B", "2025-01-15T08:30:00"),
            ScriptedUpstream.Page("https://example.com/a?b=c", "Other", null));

        var answer = await agent.GetAsync("/v1/search?q=Singapore+climate+policy%202025&num_results=5");

        Assert.Equal(200, answer.Status);
        var took = answer.Json["response_time_ms"]!.GetValue<long>();
        Assert.Equal(
            $$"""
            {"status":"success","query":"Singapore climate policy 2025","results":[
            {"title":"Green Plan 2030","url":"https://www.greenplan.gov.sg/","snippet":"A & B","source":"www.greenplan.gov.sg","credibility_score":1.0,"published_date":"2025-01-15T08:30:00Z"},
            {"title":"Other","url":"https://example.com/a?b=c","snippet":"","source":"example.com","credibility_score":0.5,"published_date":null}],
            "usage":{"calls_total":1,"calls_remaining":299,"over_limit":false,"upgrade_url":"{{Host.Client.BaseAddress}}v1/billing/setup"},"cached":false,"response_time_ms":{{took}}}
            """.ReplaceLineEndings(""),
            answer.Body);
    }

    [Theory]
    [InlineData("", 10)]
    [InlineData("&num_results=1", 1)]
    [InlineData("&num_results=20", 20)]
    public async Task There_are_as_many_results_as_were_asked_for(string parameter, int expected)
    {
        var agent = await Host.RegisterAsync();
        Host.Upstream.Script = context => ScriptedUpstream.AnswersWith(
            context, [.. Enumerable.Range(0, 30).Select(number => ScriptedUpstream.Page($"https://example.com/{number}", "Page", ""))]);

        var answer = await agent.GetAsync($"/v1/search?q=many&unknown=1{parameter}");

        Assert.Equal(expected, answer.Json["results"]!.AsArray().Count);
    }

    [Fact]
    public async Task The_provider_is_asked_once_for_what_is_asked_alike()
    {
        var agent = await Host.RegisterAsync();
        var other = await Host.RegisterAsync();
        Host.Upstream.Script = ScriptedUpstream.Finds;
        var before = Host.Upstream.Requests.Count;

        var first = await agent.FindAsync("Hello  World");
        var second = await other.FindAsync(" hello\tworld ");

        Assert.Equal((false, true), (Cached(first), Cached(second)));
        Assert.Equal("Hello World", Assert.Single(Host.Upstream.Requests.Skip(before)).Query);
        Assert.Equal(first["results"]!.ToJsonString(), second["results"]!.ToJsonString());
        Assert.Equal(" hello\tworld ", second["query"]!.GetValue<string>());

        // What was answered from memory counts as well, for whoever asked.
        Assert.Equal(1, second["usage"]!["calls_total"]!.GetValue<long>());
        Assert.False(Cached(await agent.FindAsync("hello or world")));
        Assert.False(Cached(await agent.FindAsync("hello OR world")));
        Assert.False(Cached((await agent.GetAsync("/v1/search?q=hello+world&num_results=3")).Json));
    }

    [Fact]
    public async Task An_answer_is_good_for_an_hour()
    {
        await using var host = await AgentHost.StartAsync();
        var agent = await host.RegisterAsync();
        Assert.False(Cached(await agent.FindAsync("news")));

        host.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.True(Cached(await agent.FindAsync("news")));
        host.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(Cached(await agent.FindAsync("news")));
        Assert.True(Cached(await agent.FindAsync("news")));
    }

    [Fact]
    public async Task Where_nothing_may_be_kept_nothing_is()
    {
        await using var host = await AgentHost.StartAsync(builder => builder.Configuration["Search:CacheMinutes"] = "0");
        var agent = await host.RegisterAsync();
        await agent.FindAsync("news");
        host.Proxy.Reset();

        Assert.False(Cached(await agent.FindAsync("news")));
        Assert.DoesNotContain(host.Proxy.Transactions, transaction => transaction.Path.Contains("searches", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Past_the_cap_searches_go_on_and_say_so()
    {
        await using var host = await AgentHost.StartAsync(builder => builder.Configuration["Plans:Lithtrix:Free:LifetimeCalls"] = "2");
        var agent = await host.RegisterAsync();
        foreach (var (total, remaining, isOver) in ((int, int, bool)[])[(1, 1, false), (2, 0, true), (3, 0, true)])
        {
            var answer = await agent.FindAsync("x");

            Assert.Single(answer["results"]!.AsArray());
            Assert.Equal(
                $$"""{"calls_total":{{total}},"calls_remaining":{{remaining}},"over_limit":{{(isOver ? "true" : "false")}},"upgrade_url":"{{host.Client.BaseAddress}}v1/billing/setup"}""",
                answer["usage"]!.ToJsonString());
        }
    }

    [Fact]
    public async Task Without_a_provider_the_answer_names_the_setting_and_nothing_is_counted()
    {
        await using var host = await AgentHost.StartAsync(builder => builder.Configuration["Search:Provider"] = null);
        var agent = await host.RegisterAsync();

        (await agent.SearchAsync("x")).AssertError(503, "SERVICE_UNAVAILABLE", "Search is not configured: the setting Search__Provider is missing", 60);

        Assert.Equal(0, await agent.CallsAsync());
        Assert.False((await agent.GetAsync("/v1/capabilities")).Json["search"]!["available"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_cache_that_cannot_be_reached_only_costs_questions()
    {
        await using var host = await AgentHost.StartAsync();
        var agent = await host.RegisterAsync();
        await agent.FindAsync("x");
        host.Proxy.Fault = request => request.Path.Value!.Contains("searches", StringComparison.Ordinal) ? StorageFault.Unavailable : StorageFault.None;

        Assert.False(Cached(await agent.FindAsync("x")));
        Assert.Equal(2, host.Upstream.Requests.Count);
    }

    private static bool Cached(JsonObject answer) => answer["cached"]!.GetValue<bool>();
}
