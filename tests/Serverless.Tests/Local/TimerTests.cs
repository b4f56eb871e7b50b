using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Serverless.Local.Workers.Protocol;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Local;

/// <summary>When timer functions run, and what they are told.</summary>
public sealed class TimerTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ManualTime _time = new(Noon);
    private readonly Channel<JsonNode> _started = Channel.CreateUnbounded<JsonNode>();
    private TaskCompletionSource? _hold;
    private bool _fails;

    [Theory]
    [InlineData("0 */5 * * * *")]
    [InlineData("*/5 * * * *")] // without seconds
    public async Task A_timer_runs_at_each_time_its_schedule_names(string schedule)
    {
        await using var host = await StartAsync(schedule);

        Assert.Equal(TimeSpan.FromMinutes(5), await _time.AwaitedAsync());
        _time.Advance(TimeSpan.FromMinutes(5));
        var first = await NextAsync();
        Assert.Equal(TimeSpan.FromMinutes(5), await _time.AwaitedAsync());
        _time.Advance(TimeSpan.FromMinutes(5));
        var second = await NextAsync();

        Assert.False(first["IsPastDue"]!.GetValue<bool>());
        Assert.Equal(Noon.AddMinutes(10).UtcDateTime, first["ScheduleStatus"]!["Next"]!.GetValue<DateTime>());
        Assert.Equal(Noon.AddMinutes(5).UtcDateTime, second["ScheduleStatus"]!["Last"]!.GetValue<DateTime>());
        Assert.Equal(Noon.AddMinutes(15).UtcDateTime, second["ScheduleStatus"]!["Next"]!.GetValue<DateTime>());
    }

    [Fact]
    public async Task A_schedule_may_lie_further_ahead_than_one_delay_can()
    {
        await using var host = await StartAsync("0 0 12 3 1 *");

        for (var day = 0; day < 2; day++)
        {
            Assert.Equal(0, _started.Reader.Count);
            Assert.Equal(TimeSpan.FromDays(1), await _time.AwaitedAsync());
            _time.Advance(TimeSpan.FromDays(1));
        }

        await NextAsync();
    }

    [Fact]
    public async Task A_run_that_takes_long_is_not_overlapped_and_what_it_missed_is_left_out()
    {
        _hold = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync("0 */5 * * * *");
        await _time.AwaitedAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        await NextAsync();

        _time.Advance(TimeSpan.FromMinutes(12));
        _hold.SetResult();

        Assert.Equal(TimeSpan.FromMinutes(3), await _time.AwaitedAsync());
        Assert.Equal(0, _started.Reader.Count);
    }

    [Fact]
    public async Task A_run_that_fails_is_logged_and_the_schedule_goes_on()
    {
        _fails = true;
        await using var host = await StartAsync("0 */5 * * * *");

        for (var run = 0; run < 2; run++)
        {
            await _time.AwaitedAsync();
            _time.Advance(TimeSpan.FromMinutes(5));
            await NextAsync();
        }

        await _time.AwaitedAsync();
        var errors = host.Log.Lines.Where(line => line.Level == LogLevel.Error).ToArray();
        Assert.Equal(["Function Scheduled failed.", "Function Scheduled failed."], errors.Select(line => line.Message));
        Assert.All(errors, line => Assert.Equal(("Function.Scheduled", "a mistake"), (line.Category, line.Failure!.Message)));
    }

    [Fact]
    public async Task It_may_run_at_the_start_and_go_without_a_status()
    {
        await using var host = await StartAsync("0 */5 * * * *", """ "runOnStartup":true,"useMonitor":false """);

        Assert.Null((await NextAsync())["ScheduleStatus"]);
        Assert.Equal(TimeSpan.FromMinutes(5), await _time.AwaitedAsync());
    }

    [Fact]
    public async Task Stopping_waits_for_a_run()
    {
        _hold = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync("0 */5 * * * *", """ "runOnStartup":true """);
        await NextAsync();

        var stop = host.StopAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => stop.WaitAsync(TimeSpan.FromMilliseconds(200)));
        _hold.SetResult();

        await stop.WaitAsync(Patience.Limit);
    }

    private Task<ScriptedHost> StartAsync(string schedule, string more = """ "useMonitor":true """)
    {
        var trigger = $$"""{"name":"timer","type":"timerTrigger","direction":"In","schedule":"%Schedule%",{{more}}}""";
        return ScriptedHost.StartAsync(new ScriptedWorker().With("Scheduled", trigger, RunAsync), settings: [$"Schedule={schedule}"], time: _time);
    }

    private Task RunAsync(InvocationRequest invocation, CancellationToken cancelled)
    {
        _started.Writer.TryWrite(JsonNode.Parse(Assert.Single(invocation.InputData).Data.Json)!);
        return _fails ? throw new InvalidOperationException("a mistake") : _hold?.Task ?? Task.CompletedTask;
    }

    private async Task<JsonNode> NextAsync() => await _started.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit);
}
