using Serverless.Tests.Hosting;

namespace Serverless.Tests.Agents;

/// <summary>A provider that fails is left alone for a minute, by all instances, and asked once before it is trusted again.</summary>
public sealed class SearchBreakerTests : IAsyncLifetime
{
    private const string LeftAlone = "The search provider is not available at the moment, please try again later";

    private AgentHost _host = null!;
    private AgentClient _agent = null!;

    public async Task InitializeAsync()
    {
        _host = await AgentHost.StartAsync(builder => builder.Configuration["Plans:Lithtrix:Free:RequestsPerMinute"] = "10000");
        _agent = await _host.RegisterAsync();
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Five_failures_in_a_row_open_it_for_a_minute_and_an_answer_closes_it()
    {
        await FailAsync(5);
        var asked = _host.Upstream.Requests.Count;

        (await _agent.SearchAsync("x")).AssertError(503, "SERVICE_UNAVAILABLE", LeftAlone, 60);
        _host.Time.Advance(TimeSpan.FromSeconds(59.5));
        (await _agent.SearchAsync("x")).AssertError(503, "SERVICE_UNAVAILABLE", LeftAlone, 1);
        Assert.Equal(asked, _host.Upstream.Requests.Count);
        Assert.Equal(0, await _agent.CallsAsync());

        _host.Upstream.Script = ScriptedUpstream.Finds;
        _host.Time.Advance(TimeSpan.FromSeconds(0.5));
        await _agent.FindAsync("x");
        await _agent.FindAsync("y");
        Assert.Equal(asked + 2, _host.Upstream.Requests.Count);

        // It counts from the beginning.
        await FailAsync(4);
        _host.Upstream.Script = ScriptedUpstream.Finds;
        await _agent.FindAsync("z");
    }

    [Fact]
    public async Task Only_failures_in_a_row_count()
    {
        for (var round = 0; round < 3; round++)
        {
            await FailAsync(4);
            _host.Upstream.Script = ScriptedUpstream.Finds;
            await _agent.FindAsync($"round {round}");
        }

        await FailAsync(5);
        Assert.Equal(503, (await _agent.SearchAsync("x")).Status);
    }

    [Fact]
    public async Task A_failure_of_the_one_question_opens_it_for_another_minute()
    {
        await FailAsync(5);
        _host.Time.Advance(TimeSpan.FromMinutes(1));

        await FailAsync(1);

        (await _agent.SearchAsync("x")).AssertError(503, "SERVICE_UNAVAILABLE", LeftAlone, 60);
    }

    [Fact]
    public async Task After_the_minute_one_question_goes_through_on_all_instances_together()
    {
        await using var other = await _host.StartAnotherAsync(builder => builder.Configuration["Plans:Lithtrix:Free:RequestsPerMinute"] = "10000");
        await FailAsync(5);
        var asked = _host.Upstream.Requests.Count;
        _host.Time.Advance(TimeSpan.FromMinutes(1));
        var mayAnswer = new TaskCompletionSource();
        _host.Upstream.Script = async context =>
        {
            await mayAnswer.Task;
            await ScriptedUpstream.Finds(context);
        };
        AgentClient[] clients = [_agent, _agent.With(other.Client)];

        var searches = Enumerable.Range(0, 20).Select(number => clients[number % 2].SearchAsync($"question {number}")).ToList();
        var answers = new List<AgentAnswer>();
        while (answers.Count < 19)
        {
            var answer = await Task.WhenAny(searches);
            searches.Remove(answer);
            answers.Add(await answer);
        }

        Assert.All(answers, answer => answer.AssertError(503, "SERVICE_UNAVAILABLE", LeftAlone, 15));
        Assert.Equal(asked + 1, _host.Upstream.Requests.Count);
        mayAnswer.SetResult();
        Assert.Equal(200, (await Assert.Single(searches)).Status);
        _host.Time.Advance(TimeSpan.FromSeconds(2));
        await Task.WhenAll(clients.Select(client => client.FindAsync("now")));
        Assert.Equal(3, await _agent.CallsAsync());
    }

    [Fact]
    public async Task The_one_question_is_asked_to_its_end_even_if_its_caller_goes_away()
    {
        await FailAsync(5);
        _host.Time.Advance(TimeSpan.FromMinutes(1));
        var mayAnswer = new TaskCompletionSource();
        _host.Upstream.Script = async context =>
        {
            await mayAnswer.Task;
            await ScriptedUpstream.Finds(context);
        };
        using var leaving = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/search?q=x");
        request.Headers.Authorization = new("Bearer", _agent.Key);
        var search = _host.Client.SendAsync(request, leaving.Token);
        await _host.Upstream.WaitForAsync(6);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);
        _host.Proxy.Reset();
        mayAnswer.SetResult();

        // It closes, and keeps the answer.
        await _host.Proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction.Method == "PUT"));
        await _agent.FindAsync("y");
    }

    [Fact]
    public async Task A_new_instance_knows_that_it_is_open_and_an_old_one_learns_it_with_its_first_failure()
    {
        await using var old = await _host.StartAnotherAsync();
        await _agent.With(old.Client).FindAsync("before");
        await FailAsync(5);
        var asked = _host.Upstream.Requests.Count;

        await using var fresh = await _host.StartAnotherAsync();
        (await _agent.With(fresh.Client).SearchAsync("x")).AssertError(503, "SERVICE_UNAVAILABLE", LeftAlone, 60);
        Assert.Equal(asked, _host.Upstream.Requests.Count);

        Assert.Equal(502, (await _agent.With(old.Client).SearchAsync("x")).Status);
        (await _agent.With(old.Client).SearchAsync("x")).AssertError(503, "SERVICE_UNAVAILABLE", LeftAlone, 60);
        Assert.Equal(asked + 1, _host.Upstream.Requests.Count);
    }

    [Fact]
    public async Task While_it_is_open_answers_of_the_last_day_are_given_again()
    {
        _host.Upstream.Script = ScriptedUpstream.Finds;
        var known = await _agent.FindAsync("known");
        Pass(2);
        await FailAsync(5);

        var again = await _agent.FindAsync("known");

        Assert.True(again["cached"]!.GetValue<bool>());
        Assert.Equal(known["results"]!.ToJsonString(), again["results"]!.ToJsonString());
        Assert.Equal(2, again["usage"]!["calls_total"]!.GetValue<long>());
        Assert.Equal(503, (await _agent.SearchAsync("unknown")).Status);

        // A day later it is too old.
        Pass(22);
        await FailAsync(1);
        Assert.Equal(503, (await _agent.SearchAsync("known")).Status);

        void Pass(int hours) => _host.Time.Advance(TimeSpan.FromHours(hours));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(414)]
    [InlineData(422)]
    public async Task A_question_that_the_provider_does_not_like_keeps_nobody_else_from_it(int status)
    {
        _host.Upstream.Script = context => ScriptedUpstream.Says(context, status, "application/json", "{}");
        for (var question = 0; question < 10; question++)
        {
            Assert.Equal(502, (await _agent.SearchAsync("odd")).Status);
        }

        Assert.Equal(10, _host.Upstream.Requests.Count);
        _host.Upstream.Script = ScriptedUpstream.Finds;
        await _agent.FindAsync("x");
    }

    [Fact]
    public async Task Failures_that_come_late_do_not_prolong_it()
    {
        var mayFail = new TaskCompletionSource();
        _host.Upstream.Script = async context =>
        {
            await mayFail.Task;
            await ScriptedUpstream.Fails(context);
        };
        var searches = Enumerable.Range(0, 40).Select(number => _agent.SearchAsync($"question {number}")).ToArray();
        await _host.Upstream.WaitForAsync(40);
        mayFail.SetResult();

        Assert.All(await Task.WhenAll(searches), answer => Assert.Equal(502, answer.Status));
        _host.Time.Advance(TimeSpan.FromSeconds(60));
        _host.Upstream.Script = ScriptedUpstream.Finds;
        await _agent.FindAsync("x");
        await _agent.FindAsync("y");
        Assert.Equal(2, await _agent.CallsAsync());
    }

    private async Task FailAsync(int times)
    {
        _host.Upstream.Script = ScriptedUpstream.Fails;
        for (var failure = 0; failure < times; failure++)
        {
            Assert.Equal(502, (await _agent.SearchAsync($"failure {failure}")).Status);
        }
    }
}
