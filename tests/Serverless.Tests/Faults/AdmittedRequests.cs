namespace Serverless.Tests.Faults;

/// <summary>Requests that a limit let in. When exactly is only known to lie between their sending and their answer.</summary>
internal sealed class AdmittedRequests
{
    private readonly List<(DateTimeOffset Sent, DateTimeOffset Answered)> _requests = [];

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_requests)
            {
                return _requests.Count;
            }
        }
    }

    /// <summary>Records one that was just answered.</summary>
    public void Add(DateTimeOffset sent)
    {
        lock (_requests)
        {
            _requests.Add((sent, DateTimeOffset.UtcNow));
        }
    }

    /// <summary>Expects that no stretch of time saw more than a token bucket gives: all of it, and what flowed in meanwhile.</summary>
    public void ExpectBucket(int permits, TimeSpan period) => ExpectAll(stretch => permits + (stretch / period * permits));

    /// <summary>Expects that no window saw more than its permits.</summary>
    public void ExpectWindow(int permits, TimeSpan window) => ExpectAll(stretch => stretch <= window ? permits : double.PositiveInfinity);

    // Every stretch that begins with a sending and ends with an answer, and what must have been let in during it.
    private void ExpectAll(Func<TimeSpan, double> most)
    {
        var requests = _requests.OrderBy(request => request.Answered).ToArray();
        foreach (var start in requests.Select(request => request.Sent))
        {
            var count = 0;
            foreach (var (sent, answered) in requests)
            {
                if (sent >= start)
                {
                    count++;
                    Assert.True(count <= most(answered - start), $"{count} let in within {answered - start}");
                }
            }
        }
    }
}
