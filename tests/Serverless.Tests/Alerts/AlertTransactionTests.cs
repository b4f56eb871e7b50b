using Serverless.Tests.Hosting;

namespace Serverless.Tests.Alerts;

/// <summary>What an evaluation costs, counted on the wire.</summary>
public sealed class AlertTransactionTests : IAsyncLifetime
{
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    private AlertHost _host = null!;

    private DateTimeOffset Now => _host.Time.GetUtcNow();

    public async Task InitializeAsync() => _host = await AlertHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Without_an_alert_it_is_one_query() => Assert.Equal(["GET alerts()"], await CostAsync());

    [Fact]
    public async Task One_that_is_not_active_or_was_judged_already_costs_nothing_more()
    {
        await _host.DefineAsync("off", """{"name":"n","query":"level:error","window":"5m","threshold":1,"active":false}""");
        await _host.DefineAsync("on", """{"name":"n","query":"level:error","window":"5m","threshold":1}""");
        await CostAsync();
        _host.Time.Advance(-FiveMinutes);

        Assert.Equal(["GET alerts()"], await CostAsync());
    }

    [Theory]
    [InlineData("error_rate")]
    [InlineData("cost_usd")]
    [InlineData("latency_ms")]
    [InlineData("token_count")]
    [InlineData("request_count")]
    public async Task One_over_events_costs_two(string metric)
    {
        await _host.DefineAsync("events", $$"""{"name":"n","projectId":"{project}","metric":"{{metric}}","window":"1h","threshold":0,"direction":"below"}""");
        for (var evaluation = 0; evaluation < 15; evaluation++)
        {
            await _host.PersistAsync([.. Enumerable.Range(0, 40).Select(number => AlertHost.Event(Now.AddSeconds(number)))]);

            Assert.Equal(["GET alerts()", "GET traces()", "POST $batch"], await CostAsync());
        }
    }

    [Fact]
    public async Task One_that_has_something_to_tell_looks_whether_the_workspace_is_served_once_for_all_of_them()
    {
        foreach (var id in (string[])["first", "second"])
        {
            await _host.DefineAsync(id, """{"name":"n","projectId":"{project}","metric":"request_count","window":"5m","threshold":0}""");
        }

        await _host.PersistAsync(AlertHost.Event(Now));

        Assert.Equal(["GET alerts()", "GET tenants", "GET traces()", .. Enumerable.Repeat("PATCH alerts", 2), .. Enumerable.Repeat("POST $batch", 2)], await CostAsync());
    }

    [Fact]
    public async Task Those_over_one_project_share_the_reading()
    {
        for (var number = 0; number < 10; number++)
        {
            await _host.DefineAsync($"events-{number}", """{"name":"n","projectId":"{project}","metric":"latency_ms","window":"5m","threshold":100000}""");
        }

        await _host.PersistAsync(AlertHost.Event(Now));

        Assert.Equal(["GET alerts()", "GET traces()", .. Enumerable.Repeat("POST $batch", 10)], await CostAsync());
    }

    [Fact]
    public async Task Those_over_labels_share_a_look_at_headers_and_open_nothing()
    {
        for (var number = 0; number < 10; number++)
        {
            var query = number % 2 == 0 ? "level:error" : $"environment:place-{number}";
            await _host.DefineAsync($"labels-{number}", $$"""{"name":"n","query":"{{query}}","window":"15m","threshold":100000}""");
        }

        // Chunks of one environment each, over several minutes, the last of which is not over yet.
        for (var number = 0; number < 10; number++)
        {
            await _host.StoreAsync([.. Enumerable.Range(0, 4).Select(minute => AlertHost.Entry(Now.AddMinutes(minute), environment: $"place-{number}"))]);
        }

        // One look at chunks that span little time, and one at those that span much.
        Assert.Equal(["GET alerts()", "GET logs()", "GET logs()", .. Enumerable.Repeat("POST $batch", 10)], await CostAsync());
        Assert.Equal(3, await ValueAsync("labels-3"));
    }

    [Fact]
    public async Task A_thousand_chunks_more_cost_one_more()
    {
        await _host.DefineAsync("labels", """{"name":"n","query":"level:error","window":"5m","threshold":100000}""");
        for (var number = 0; number < 1_050; number++)
        {
            await _host.StoreAsync(AlertHost.Entry(Now.AddMilliseconds(number)));
        }

        // Beyond 200 chunks it is made sure that none was put together meanwhile.
        Assert.Equal(["GET alerts()", "GET logs()", "GET logs()", "GET logs()", "GET logs()", "POST $batch"], await CostAsync());
        Assert.Equal(1_050, await ValueAsync("labels"));
    }

    [Fact]
    public async Task Those_over_words_open_each_chunk_once_for_all_and_never_again()
    {
        foreach (var id in (string[])["first", "second", "third"])
        {
            await _host.DefineAsync(id, """{"name":"n","query":"failed","window":"1h","threshold":100000}""");
        }

        await _host.EvaluateAfterAsync(FiveMinutes);
        for (var evaluation = 0; evaluation < 14; evaluation++)
        {
            for (var number = 0; number < 3; number++)
            {
                await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));
            }

            // Three chunks, opened one by one: there are as many as came in, however long the window is.
            Assert.Equal(["GET alerts()", .. Enumerable.Repeat("GET logs", 3), "GET logs()", "GET logs()", .. Enumerable.Repeat("POST $batch", 3)], await CostAsync());
        }

        Assert.Equal(6 * 12, await ValueAsync("second"));
    }

    [Fact]
    public async Task A_change_costs_two_more_to_see_whether_it_may_be_told_and_for_the_note_that_it_was()
    {
        await _host.DefineAsync("errors", """{"name":"n","query":"level:error","window":"5m","threshold":1}""");
        await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));

        Assert.Equal(["GET alerts()", "GET logs()", "GET logs()", "GET tenants", "PATCH alerts", "POST $batch"], await CostAsync());
    }

    // What the next evaluation asks of storage, in alphabetical order.
    private async Task<IEnumerable<string>> CostAsync()
    {
        _host.Time.Advance(FiveMinutes);
        _host.Proxy.Reset();
        await _host.EvaluateAsync();
        return [.. _host.Proxy.Transactions.Where(transaction => transaction.Service == "table").Select(Text).Order(StringComparer.Ordinal)];
    }

    private static string Text(StorageTransaction transaction)
    {
        var end = transaction.Path.IndexOf("(P", StringComparison.Ordinal);
        return $"{transaction.Method} {(end < 0 ? transaction.Path : transaction.Path[..end]).TrimStart('/')}";
    }

    private async Task<int> ValueAsync(string id) => (await _host.ShowAsync(id))["value"]!.GetValue<int>();
}
