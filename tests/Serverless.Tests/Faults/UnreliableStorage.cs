using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;

namespace Serverless.Tests.Faults;

/// <summary>
/// Storage with random faults that is away now and then. It knows which writes about deliveries it did not answer for, and since when each delivery is recorded as delivered.
/// </summary>
internal sealed partial class UnreliableStorage
{
    // Whoever asks has given up by then, and given up on putting it off, too.
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(3);

    private readonly StorageProxy _proxy;
    private readonly RandomFaults _faults;
    private readonly ConcurrentDictionary<string, int> _unanswered = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _delivered = new(StringComparer.Ordinal);
    private volatile string _away = "";

    /// <summary>Puts faults between an application and its storage.</summary>
    public UnreliableStorage(StorageProxy proxy, RandomFaults faults)
    {
        (_proxy, _faults) = (proxy, faults);
        proxy.Fault = Next;
        proxy.Wrote = Note;
    }

    /// <summary>How often a delivery was written without an answer that says so: a try that began then is begun once more.</summary>
    public int UnansweredWritesOf(string delivery) => _unanswered.GetValueOrDefault(delivery);

    /// <summary>Since when a delivery's row says that it is delivered; null while it does not.</summary>
    public DateTimeOffset? DeliveredSince(string delivery) => _delivered.TryGetValue(delivery, out var since) ? since : null;

    /// <summary>Is away for a while.</summary>
    /// <param name="services">What is: <c>table</c>, <c>queue</c> or both.</param>
    public async Task BeAwayAsync(string services)
    {
        _away = services;
        await Task.Delay(Outage);
        _away = "";
    }

    private StorageFault Next(HttpRequest request)
    {
        if (_away.Contains(_proxy.ServiceOf(request), StringComparison.Ordinal))
        {
            return StorageFault.Unavailable;
        }

        var fault = _faults.Next(request);
        if (fault is not ({ IsAnswerLost: true } or { IsAnswerCut: true } or { IsCarriedOut: true, Status: not null }))
        {
            return fault;
        }

        // The path of an insertion does not say whose it is: it is answered.
        if (request.IsDeliveryInsertion())
        {
            return StorageFault.None;
        }

        if (DeliveryOf(request) is { } written)
        {
            _unanswered.AddOrUpdate(written, 1, static (_, count) => count + 1);
        }

        return fault;
    }

    private void Note(HttpRequest request, string write)
    {
        if (write.Contains("\"State\":\"Delivered\"", StringComparison.Ordinal) && DeliveryOf(request) is { } written)
        {
            _delivered.TryAdd(written, DateTimeOffset.UtcNow);
        }
    }

    // The delivery whose row is replaced; null where that is something else.
    private static string? DeliveryOf(HttpRequest request) =>
        HttpMethods.IsPut(request.Method) && Delivery().Match(request.Path.Value!) is { Success: true } written ? written.Groups["id"].Value : null;

    [GeneratedRegex("RowKey='delivery-(?<id>[^']*)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Delivery();
}
