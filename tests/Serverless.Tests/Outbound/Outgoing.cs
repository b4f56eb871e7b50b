using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Serverless.Outbound;

namespace Serverless.Tests.Outbound;

/// <summary>A way out as the application has it, with names that tests make up. Loopback is allowed, because that is where the receivers are.</summary>
internal sealed class Outgoing : IDisposable
{
    private readonly Dictionary<string, Queue<string[]>> _names = new(StringComparer.Ordinal);
    private readonly List<string> _asked = [];

    public Outgoing(TimeProvider? time = null, bool allowLoopback = true, NameResolver? resolve = null)
    {
        time ??= TimeProvider.System;
        Rules = RulesWith(allowLoopback);
        Guard = new(Rules, resolve ?? ResolveAsync, time);
        Http = new(Guard, time);
        Probe = new(Rules, Http, time);
    }

    public AddressRules Rules { get; }

    public OutboundGuard Guard { get; }

    public GuardedHttp Http { get; }

    public MediaProbe Probe { get; }

    /// <summary>The rules with loopback allowed, or not.</summary>
    public static AddressRules RulesWith(bool allowLoopback) => new(Options.Create(new OutboundOptions { AllowLoopback = allowLoopback ? "true" : null }));

    /// <summary>The names that were resolved, in order.</summary>
    public IReadOnlyList<string> Asked => _asked;

    /// <summary>Gives a name its addresses.</summary>
    /// <param name="name">The name.</param>
    /// <param name="answers">What is said of it, each once, the last from then on.</param>
    public Outgoing With(string name, params string[][] answers)
    {
        _names[name] = new(answers);
        return this;
    }

    /// <summary>Sends a request.</summary>
    public async Task<GuardedResponse> SendAsync(string url, int maxResponseBytes = 1024, HttpMethod? method = null, string? body = null, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, url) { Content = body is null ? null : new StringContent(body) };
        return await SendAsync(request, maxResponseBytes, cancellationToken);
    }

    /// <summary>Sends a request, which may take 15 seconds.</summary>
    public Task<GuardedResponse> SendAsync(HttpRequestMessage request, int maxResponseBytes = 1024, CancellationToken cancellationToken = default) =>
        Http.SendAsync(request, TimeSpan.FromSeconds(15), maxResponseBytes, cancellationToken);

    public void Dispose() => Http.Dispose();

    private Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken)
    {
        _asked.Add(name);
        if (!_names.TryGetValue(name, out var answers))
        {
            return Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));
        }

        return Task.FromResult(Array.ConvertAll(answers.Count > 1 ? answers.Dequeue() : answers.Peek(), IPAddress.Parse));
    }
}
