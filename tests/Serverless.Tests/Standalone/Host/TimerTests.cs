using System.Threading.Channels;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Tests.Standalone.Host;

#pragma warning disable IDE0060 // A trigger needs its parameter, whether the function looks at it or not.

public sealed class TimerTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ManualTime _time = new(Noon);
    private readonly Runs _runs = new();

    [Theory]
    [InlineData("0 */5 * * * *")]
    [InlineData("*/5 * * * *")] // without seconds
    public async Task A_timer_runs_at_each_time_its_schedule_names(string schedule)
    {
        await using var host = await StartAsync(typeof(Scheduled), schedule);

        Assert.Equal(TimeSpan.FromMinutes(5), await _time.AwaitedAsync());
        _time.Advance(TimeSpan.FromMinutes(5));
        var first = await NextAsync();
        Assert.Equal(TimeSpan.FromMinutes(5), await _time.AwaitedAsync());
        _time.Advance(TimeSpan.FromMinutes(5));
        var second = await NextAsync();

        Assert.False(first.IsPastDue);
        Assert.Equal(Noon.AddMinutes(10).UtcDateTime, first.ScheduleStatus!.Next);
        Assert.Equal(Noon.AddMinutes(5).UtcDateTime, second.ScheduleStatus!.Last);
        Assert.Equal(Noon.AddMinutes(15).UtcDateTime, second.ScheduleStatus.Next);
    }

    [Fact]
    public async Task A_schedule_may_lie_further_ahead_than_one_delay_can()
    {
        await using var host = await StartAsync(typeof(Scheduled), "0 0 12 3 1 *");

        for (var day = 0; day < 2; day++)
        {
            Assert.Equal(0, _runs.Started.Reader.Count);
            Assert.Equal(TimeSpan.FromDays(1), await _time.AwaitedAsync());
            _time.Advance(TimeSpan.FromDays(1));
        }

        await NextAsync();
    }

    [Fact]
    public async Task A_run_that_takes_long_is_not_overlapped_and_what_it_missed_is_left_out()
    {
        _runs.Hold = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync(typeof(Scheduled), "0 */5 * * * *");
        await _time.AwaitedAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        await NextAsync();

        _time.Advance(TimeSpan.FromMinutes(12));
        _runs.Hold.SetResult();

        Assert.Equal(TimeSpan.FromMinutes(3), await _time.AwaitedAsync());
        Assert.Equal(0, _runs.Started.Reader.Count);
    }

    [Fact]
    public async Task A_run_that_fails_is_logged_and_the_schedule_goes_on()
    {
        await using var host = await StartAsync(typeof(Failing), "0 */5 * * * *");

        for (var run = 0; run < 2; run++)
        {
            await _time.AwaitedAsync();
            _time.Advance(TimeSpan.FromMinutes(5));
            await NextAsync();
        }

        await _time.AwaitedAsync();
        Assert.Equal(["Function Failing failed.", "Function Failing failed."], host.Log.Errors);
    }

    [Fact]
    public async Task It_may_run_at_the_start_and_go_without_a_status()
    {
        await using var host = await StartAsync(typeof(AtStart), "0 */5 * * * *");

        Assert.Null((await NextAsync()).ScheduleStatus);
        Assert.Equal(TimeSpan.FromMinutes(5), await _time.AwaitedAsync());
    }

    [Fact]
    public async Task Stopping_waits_for_a_run()
    {
        _runs.Hold = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync(typeof(AtStart), "0 */5 * * * *");
        await NextAsync();

        var stop = host.StopAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => stop.WaitAsync(TimeSpan.FromMilliseconds(200)));
        _runs.Hold.SetResult();

        await stop.WaitAsync(RunningHost.Patience);
    }

    private Task<RunningHost> StartAsync(Type functions, string schedule) => RunningHost.StartAsync(
        RunningHost.NoStorage,
        [functions],
        services => services.AddSingleton<TimeProvider>(_time).AddSingleton(_runs),
        $"Schedule={schedule}");

    private async Task<TimerInfo> NextAsync() => await _runs.Started.Reader.ReadAsync().AsTask().WaitAsync(RunningHost.Patience);

    internal sealed class Runs
    {
        public Channel<TimerInfo> Started { get; } = Channel.CreateUnbounded<TimerInfo>();

        public TaskCompletionSource? Hold { get; set; }

        public Task RunAsync(TimerInfo timer)
        {
            Started.Writer.TryWrite(timer);
            return Hold?.Task ?? Task.CompletedTask;
        }
    }

    internal sealed class Scheduled(Runs runs)
    {
        [Function("Scheduled")]
        public Task Run([TimerTrigger("%Schedule%")] TimerInfo timer) => runs.RunAsync(timer);
    }

    internal sealed class AtStart(Runs runs)
    {
        [Function("AtStart")]
        public Task Run([TimerTrigger("%Schedule%", RunOnStartup = true, UseMonitor = false)] TimerInfo timer) => runs.RunAsync(timer);
    }

    internal sealed class Failing(Runs runs)
    {
        [Function("Failing")]
        public void Run([TimerTrigger("%Schedule%")] TimerInfo timer)
        {
            runs.Started.Writer.TryWrite(timer);
            throw new InvalidOperationException("a mistake");
        }
    }
}
