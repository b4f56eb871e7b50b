using Serverless.Tests.Hosting;

namespace Serverless.Tests.Agents;

/// <summary>What may be asked of <c>GET /v1/search</c>, and the shape of what it answers, whoever searches.</summary>
[Trait("Category", "Contract")]
public sealed class SearchQuestionTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    [Theory]
    [InlineData("", "q must be given once, with 1 to 500 characters")]
    [InlineData("?q=", "q must be given once, with 1 to 500 characters")]
    [InlineData("?q=%20%09", "q must be given once, with 1 to 500 characters")]
    [InlineData("?q=a&q=b", "q must be given once, with 1 to 500 characters")]
    [InlineData("?q=a&num_results=0", "num_results must be a whole number from 1 to 20")]
    [InlineData("?q=a&num_results=21", "num_results must be a whole number from 1 to 20")]
    [InlineData("?q=a&num_results=-1", "num_results must be a whole number from 1 to 20")]
    [InlineData("?q=a&num_results=1.5", "num_results must be a whole number from 1 to 20")]
    [InlineData("?q=a&num_results=", "num_results must be a whole number from 1 to 20")]
    [InlineData("?num_results=many", "q must be given once, with 1 to 500 characters; num_results must be a whole number from 1 to 20")]
    public async Task What_is_wrong_with_a_question_is_said(string query, string message)
    {
        var agent = await AgentClient.RegisterAsync(fixture.Host.Client);

        (await agent.GetAsync("/v1/search" + query)).AssertError(422, "VALIDATION_ERROR", message);

        Assert.Equal(0, await agent.CallsAsync());
    }

    [Theory]
    [InlineData("q", 500, 200)]
    [InlineData("q", 501, 422)]
    [InlineData("😀", 500, 200)]
    [InlineData("😀", 501, 422)]
    public async Task A_query_has_a_longest_length_in_characters(string character, int length, int status)
    {
        var agent = await AgentClient.RegisterAsync(fixture.Host.Client);

        Assert.Equal(status, (await agent.SearchAsync(string.Concat(Enumerable.Repeat(character, length)))).Status);
    }

    [Fact]
    public async Task An_answer_has_results_and_usage()
    {
        var agent = await AgentClient.RegisterAsync(fixture.Host.Client);

        var answer = await agent.GetAsync("/v1/search?q=durable+queues&num_results=1");

        Assert.Equal(200, answer.Status);
        Assert.Equal(["status", "query", "results", "usage", "cached", "response_time_ms"], answer.Json.Select(member => member.Key));
        Assert.Equal(("success", "durable queues"), (answer.Json["status"]!.GetValue<string>(), answer.Json["query"]!.GetValue<string>()));
        var result = Assert.Single(answer.Json["results"]!.AsArray())!.AsObject();
        Assert.Equal(["title", "url", "snippet", "source", "credibility_score", "published_date"], result.Select(member => member.Key));
        Assert.Equal(["calls_total", "calls_remaining", "over_limit", "upgrade_url"], answer.Json["usage"]!.AsObject().Select(member => member.Key));
        Assert.Equal((1, false), (answer.Json["usage"]!["calls_total"]!.GetValue<int>(), answer.Json["usage"]!["over_limit"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task What_was_asked_before_is_answered_from_memory_and_counts()
    {
        var agent = await AgentClient.RegisterAsync(fixture.Host.Client);
        var question = $"{Guid.NewGuid():N}";

        var (first, second) = (await agent.FindAsync(question), await agent.FindAsync(question));

        Assert.Equal((false, true), (first["cached"]!.GetValue<bool>(), second["cached"]!.GetValue<bool>()));
        Assert.Equal(2, second["usage"]!["calls_total"]!.GetValue<int>());
        Assert.Equal(2, await agent.CallsAsync());
    }
}
