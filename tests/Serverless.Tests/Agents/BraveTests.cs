using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Agents;

/// <summary>The Brave Search API: how it is asked, and how its answers are read.</summary>
public sealed class BraveTests : IAsyncLifetime
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private AgentHost _host = null!;
    private AgentClient _agent = null!;

    public async Task InitializeAsync()
    {
        _host = await AgentHost.StartAsync(builder =>
        {
            builder.Configuration["Search:Provider"] = "brave";
            builder.Configuration["Search:ApiKey"] = "BSA-key";
        });
        _agent = await _host.RegisterAsync();
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task It_is_asked_with_its_key_and_its_results_are_given()
    {
        _host.Upstream.Script = context => ScriptedUpstream.Says(
            context,
            200,
            "application/json",
            """
            {"type":"search","query":{"original":"tea"},"web":{"type":"search","results":[
              {"title":"<strong>Tea</strong>","url":"https://www.bbc.co.uk/tea","description":"It&#x27;s <strong>tea</strong>","page_age":"2025-03-01T10:00:00","age":"March 1, 2025"},
              {"title":"No address"},
              7,
              {"title":"Script","url":"javascript:alert(1)","description":"no"},
              {"title":"Plain","url":"https://example.org/","description":null}]}}
            """);

        var answer = await _agent.GetAsync("/v1/search?q=tea&num_results=7");

        Assert.Equal(
            """
            [{"title":"Tea","url":"https://www.bbc.co.uk/tea","snippet":"It's tea","source":"www.bbc.co.uk","credibility_score":0.8,"published_date":"2025-03-01T10:00:00Z"},
            {"title":"Plain","url":"https://example.org/","snippet":"","source":"example.org","credibility_score":0.7,"published_date":null}]
            """.ReplaceLineEndings(""),
            JsonNode.Parse(answer.Body)!["results"]!.ToJsonString(Relaxed));
        var request = Assert.Single(_host.Upstream.Requests);
        Assert.Equal("/res/v1/web/search?q=tea&count=7&result_filter=web&text_decorations=false", request.Target);
        Assert.Equal("BSA-key", request.Headers["X-Subscription-Token"]);
    }

    [Fact]
    public async Task An_answer_without_a_match_is_an_answer()
    {
        _host.Upstream.Script = context => ScriptedUpstream.Says(context, 200, "application/json", """{"type":"search","query":{"original":"x"}}""");
        Assert.Empty((await _agent.FindAsync("nothing"))["results"]!.AsArray());

        _host.Upstream.Script = context => ScriptedUpstream.Says(context, 200, "application/json", """{"type":"ErrorResponse","error":{"code":"X"}}""");
        Assert.Equal(502, (await _agent.SearchAsync("error")).Status);
    }

    [Fact]
    public async Task Of_a_long_query_it_gets_what_it_takes()
    {
        _host.Upstream.Script = context => ScriptedUpstream.Says(context, 200, "application/json", """{"type":"search"}""");
        var long400 = string.Join(' ', Enumerable.Repeat("ninechars", 41))[..400];

        await _agent.FindAsync(string.Join(' ', Enumerable.Repeat("w", 60)));
        await _agent.FindAsync($"{long400}x more");
        await _agent.FindAsync($"{new string('a', 399)}😀{new string('b', 50)}");

        Assert.Equal(
            [string.Join(' ', Enumerable.Repeat("w", 50)), long400[..long400.LastIndexOf(' ')], new string('a', 399)],
            _host.Upstream.Requests.Select(request => request.Query));
    }
}
