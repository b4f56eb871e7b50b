using System.Diagnostics;
using Microsoft.Playwright;

namespace Serverless.Tests.Console;

/// <summary>The questions that a page asks. What is streamed to it is no question: it never ends.</summary>
internal sealed class RequestWatch : IDisposable
{
    // Whatever follows from an answer is asked within a frame or two of it.
    private const int QuietFrames = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly IPage _page;
    private readonly List<string> _asked = [];
    private readonly HashSet<IRequest> _open = [];
    private readonly Lock _gate = new();
    private bool _isLeaving;
    private int _before;

    /// <summary>Watches a page. What it is asking already is not known of: another document begins anew.</summary>
    public RequestWatch(IPage page)
    {
        _page = page;
        page.Request += OnRequest;
        page.FrameNavigated += OnNavigated;
        page.RequestFinished += OnEnd;
        page.RequestFailed += OnEnd;
    }

    /// <summary>All that were asked so far: the method, and the path with its query.</summary>
    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (_gate)
            {
                return [.. _asked];
            }
        }
    }

    /// <summary>How many of them the documents before this one asked.</summary>
    public int Before
    {
        get
        {
            lock (_gate)
            {
                return _before;
            }
        }
    }

    /// <summary>Waits until all are answered, and none follows.</summary>
    /// <exception cref="TimeoutException">It takes unreasonably long.</exception>
    public async Task SettleAsync()
    {
        var started = Stopwatch.GetTimestamp();
        for (var quiet = 0; quiet < QuietFrames;)
        {
            var before = Asked.Count;
            await _page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))");
            quiet = before == Asked.Count && IsIdle ? quiet + 1 : 0;
            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException($"The page goes on asking: {this}");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _page.Request -= OnRequest;
        _page.FrameNavigated -= OnNavigated;
        _page.RequestFinished -= OnEnd;
        _page.RequestFailed -= OnEnd;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        lock (_gate)
        {
            return $"{string.Join(", ", _asked)}; {_open.Count} without an answer{string.Concat(_open.Select(request => $" {request.Url}"))}";
        }
    }

    private bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _open.Count == 0;
            }
        }
    }

    private void OnRequest(object? sender, IRequest request)
    {
        if (request.ResourceType != "eventsource")
        {
            lock (_gate)
            {
                _isLeaving |= request.IsNavigationRequest;
                _asked.Add($"{request.Method} {new Uri(request.Url).PathAndQuery}");
                _open.Add(request);
            }
        }
    }

    // Of what another document asked, nobody hears any more.
    private void OnNavigated(object? sender, IFrame frame)
    {
        lock (_gate)
        {
            if (_isLeaving)
            {
                _open.Clear();
                _before = _asked.Count;
                _isLeaving = false;
            }
        }
    }

    private void OnEnd(object? sender, IRequest request)
    {
        lock (_gate)
        {
            _open.Remove(request);
        }
    }
}
