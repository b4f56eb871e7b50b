using Serverless.Runs.Engine;

namespace Serverless.Tests.Runs.Engine;

/// <summary>Who may advance a run, and who has to wait.</summary>
public sealed class RunsUnderWayTests
{
    private readonly RunsUnderWay _runs = new();
    private readonly RunId _id = RunId.New(TestRuns.Start);

    [Fact]
    public async Task One_after_the_other_advances_a_run()
    {
        var first = await _runs.BeginAsync(_id, CancellationToken.None);
        var others = Enumerable.Range(0, 10).Select(_ => _runs.BeginAsync(_id, CancellationToken.None)).ToList();
        using var another = await _runs.BeginAsync(RunId.New(TestRuns.Start), CancellationToken.None);
        Assert.All(others, other => Assert.False(other.IsCompleted));

        first.Dispose();

        while (others.Count > 0)
        {
            var next = await Task.WhenAny(others).WaitAsync(RunDriver.Patience);
            others.Remove(next);
            Assert.All(others, other => Assert.False(other.IsCompleted));
            (await next).Dispose();
        }
    }

    [Fact]
    public async Task Whoever_waits_may_give_up()
    {
        using var first = await _runs.BeginAsync(_id, CancellationToken.None);
        using var patience = new CancellationTokenSource();
        var second = _runs.BeginAsync(_id, patience.Token);

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }
}
