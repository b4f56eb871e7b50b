using Serverless.Tests.Hosting;

namespace Serverless.Tests.Alerts;

/// <summary>Each change is stored once and announced, whoever evaluates at the same time, wherever that is cut short, and whatever storage does.</summary>
public sealed class AlertDeliveryTests : IAsyncLifetime
{
    private const string Errors = """{"name":"Errors","query":"level:error","window":"5m","threshold":1}""";
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    private AlertHost _host = null!;

    private DateTimeOffset Now => _host.Time.GetUtcNow();

    public async Task InitializeAsync() => _host = await AlertHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Several_that_evaluate_at_once_tell_each_change_once()
    {
        await _host.DefineAsync("errors", Errors);
        await _host.DefineAsync("requests", """{"name":"n","projectId":"{project}","metric":"request_count","window":"5m","threshold":0}""");
        for (var evaluation = 0; evaluation < 12; evaluation++)
        {
            if (evaluation % 2 == 0)
            {
                await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));
                await _host.PersistAsync(AlertHost.Event(Now));
            }

            _host.Time.Advance(FiveMinutes);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _host.EvaluateAsync()));
        }

        foreach (var id in (string[])["errors", "requests"])
        {
            Assert.Equal(12, (await _host.HistoryAsync(id)).Count);
        }

        Assert.Equal(24, _host.Announced.Count);
        Assert.Equal(24, _host.Announced.Distinct().Count());
    }

    [Fact]
    public async Task A_kill_between_a_change_and_its_announcement_loses_nothing()
    {
        await _host.DefineAsync("errors", Errors);
        await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));
        using var killed = new CancellationTokenSource();
        _host.Announce = async _ =>
        {
            await killed.CancelAsync();
            killed.Token.ThrowIfCancellationRequested();
        };
        _host.Time.Advance(FiveMinutes);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _host.Round().RunAsync(killed.Token));
        Assert.Equal("alert.fired", Assert.Single(await _host.HistoryAsync("errors")).Type);
        Assert.Empty(_host.Announced);

        // Not even if it is replaced, and not active any more.
        await _host.Client.DoAsync("PUT", "/v1/alerts/errors", Errors.Insert(1, "\"active\":false,"));
        _host.Announce = null;
        await _host.EvaluateAfterAsync(FiveMinutes);
        await _host.EvaluateAfterAsync(FiveMinutes);

        Assert.Single(_host.Announced);
    }

    [Fact]
    public async Task What_cannot_be_announced_is_announced_by_a_later_evaluation_and_the_alert_is_judged_meanwhile()
    {
        await _host.DefineAsync("errors", Errors);
        await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));
        _host.Announce = static _ => throw new InvalidOperationException("There is no queue");
        await _host.EvaluateAfterAsync(FiveMinutes);
        await _host.EvaluateAfterAsync(FiveMinutes);
        Assert.Null((await _host.ShowAsync("errors"))["lastError"]);
        _host.Announce = null;

        await _host.EvaluateAfterAsync(FiveMinutes);
        await _host.EvaluateAfterAsync(FiveMinutes);

        Assert.Equal(["alert.fired", "alert.resolved"], (await _host.HistoryAsync("errors")).Select(change => change.Type));
        Assert.Equal(2, _host.Announced.Count);
    }

    [Fact]
    public async Task A_change_that_was_stored_though_the_answer_was_lost_is_announced()
    {
        await _host.DefineAsync("errors", Errors);
        await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));
        _host.Proxy.Fault = static request => request.Path.Value!.EndsWith("$batch", StringComparison.Ordinal) ? StorageFault.ResponseLost : StorageFault.None;
        await _host.EvaluateAfterAsync(FiveMinutes);
        _host.Proxy.Fault = static _ => StorageFault.None;
        Assert.Single(await _host.HistoryAsync("errors"));

        await _host.EvaluateAfterAsync(FiveMinutes);

        Assert.Equal(["alert.fired", "alert.resolved"], (await _host.HistoryAsync("errors")).Select(change => change.Type));
        Assert.Equal(2, _host.Announced.Distinct().Count());
    }

    [Fact]
    public async Task An_alert_that_is_removed_with_something_untold_is_told_first()
    {
        await _host.DefineAsync("errors", Errors);
        await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));
        _host.Announce = static _ => throw new InvalidOperationException("There is no queue");
        await _host.EvaluateAfterAsync(FiveMinutes);

        var answer = await _host.Client.SendAsync("DELETE", "/v1/alerts/errors");

        Assert.Equal(System.Net.HttpStatusCode.NoContent, answer.Status);
        _host.Announce = null;
        await _host.EvaluateAfterAsync(FiveMinutes);
        Assert.Empty(_host.Announced);
    }

    [Fact]
    public async Task Writing_an_alert_while_it_is_evaluated_loses_neither()
    {
        await _host.DefineAsync("errors", Errors);
        await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));
        var isWritten = false;
        _host.Proxy.Fault = request =>
        {
            if (isWritten || !request.Path.Value!.Contains("/logs(", StringComparison.Ordinal))
            {
                return StorageFault.None;
            }

            isWritten = true;
            return StorageFault.Held(_host.Client.DoAsync("PUT", "/v1/alerts/errors", Errors.Replace("Errors", "Renamed", StringComparison.Ordinal)));
        };

        await _host.EvaluateAfterAsync(FiveMinutes);
        Assert.Empty(await _host.HistoryAsync("errors"));
        await _host.EvaluateAfterAsync(FiveMinutes);

        Assert.Equal("Renamed", (await _host.ShowAsync("errors"))["name"]!.GetValue<string>());
        Assert.Equal(["alert.fired", "alert.resolved"], (await _host.HistoryAsync("errors")).Select(change => change.Type));
        Assert.Equal(2, _host.Announced.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_goes_wrong_with_storage_the_changes_are_the_same_and_each_is_told(int seed)
    {
        var (rate, count) = ("""{"name":"n","projectId":"{project}","metric":"error_rate","window":"15m","threshold":0.4}""", """{"name":"n","query":"failed","window":"15m","threshold":3}""");
        await _host.DefineAsync("rate", rate);
        await _host.DefineAsync("count", count);
        var random = new Random(seed);
        var (events, entries) = (new List<Measured>(), new List<Measured>());
        var (definedAt, end) = (Now, Now.AddHours(3));
        for (var at = Now; at < end; at += TimeSpan.FromMinutes(2))
        {
            var status = random.Next(2) == 0 ? "error" : "success";
            events.Add(new(at, status == "error" ? 1 : 0));
            await _host.PersistAsync(AlertHost.Event(at, status));
            var some = random.Next(3);
            entries.AddRange(Enumerable.Repeat(new Measured(at), some));
            if (some > 0)
            {
                await _host.StoreAsync([.. Enumerable.Range(0, some).Select(_ => AlertHost.Entry(at))]);
            }
        }

        var references = new Dictionary<string, (AlertReference Reference, List<Measured> Records)>(StringComparer.Ordinal)
        {
            ["rate"] = (new(definedAt, TimeSpan.FromMinutes(15), static measures => measures.Count == 0 ? null : decimal.Round(measures.Sum() / measures.Count, 6, MidpointRounding.AwayFromZero), static value => value > 0.4m), events),
            ["count"] = (new(definedAt, TimeSpan.FromMinutes(15), static measures => measures.Count, static value => value > 3), entries),
        };
        var faults = new RandomFaults(seed, share: 0.15);
        while (Now < end)
        {
            _host.Time.Advance(FiveMinutes);
            _host.Proxy.Fault = faults.Next;
            await EvaluateInTroubleAsync();
            _host.Proxy.Fault = static _ => StorageFault.None;
            foreach (var (reference, records) in references.Values)
            {
                reference.Evaluate(Now, records);
            }
        }

        await _host.EvaluateAsync();
        Assert.True(faults.Count > 10, "Hardly anything went wrong.");
        var changes = 0;
        foreach (var (id, (reference, _)) in references)
        {
            Assert.NotEmpty(reference.Changes);
            Assert.Equal(reference.Changes, await _host.HistoryAsync(id));
            changes += reference.Changes.Count;
        }

        Assert.Equal(changes, _host.Announced.Distinct().Count());
    }

    private async Task EvaluateInTroubleAsync()
    {
        try
        {
            await _host.EvaluateAsync();
        }
        catch (Exception outage) when (outage is Azure.RequestFailedException or AggregateException or IOException)
        {
            // The alerts could not be read: the next round makes up for it.
        }
    }
}
