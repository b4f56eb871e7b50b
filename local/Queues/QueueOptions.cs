using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Serverless.Local.Configuration;

namespace Serverless.Local.Queues;

/// <summary>How queues are read: host.json's <c>extensions.queues</c>, and the lease.</summary>
/// <param name="BatchSize">How many messages are fetched at once.</param>
/// <param name="NewBatchThreshold">More are fetched when no more than this many are under way.</param>
/// <param name="MaxPollingInterval">The longest pause between looks at an empty queue.</param>
/// <param name="VisibilityTimeout">The pause before a failed message is tried again.</param>
/// <param name="MaxDequeueCount">How often a message is tried before it counts as poison.</param>
/// <param name="Base64">Whether message text is base64.</param>
/// <param name="Lease">
/// How long a message stays invisible unless it is renewed. The Functions host takes ten minutes; here a process that was killed
/// is usually back within seconds, and should find its messages soon. <c>Local:QueueLease</c> changes it.
/// </param>
internal sealed record QueueOptions(
    int BatchSize, int NewBatchThreshold, TimeSpan MaxPollingInterval, TimeSpan VisibilityTimeout, int MaxDequeueCount, bool Base64, TimeSpan Lease)
{
    public static QueueOptions From(IConfiguration settings)
    {
        var queues = settings.GetSection(HostJson.Queues);
        var batchSize = HostJson.Read(queues, "batchSize", 16, size => size is >= 1 and <= 32, "a number from 1 to 32");
        var encoding = HostJson.Read(queues, "messageEncoding", "base64", name => IsBase64(name) || IsNone(name), "base64 or none");
        return new QueueOptions(
            batchSize,
            HostJson.Read(queues, "newBatchThreshold", batchSize / 2, threshold => threshold >= 0, "a number from 0"),
            HostJson.Read(queues, "maxPollingInterval", TimeSpan.FromMinutes(1), pause => pause >= PollingInterval.Shortest, "a time from 00:00:00.1"),
            HostJson.Read(queues, "visibilityTimeout", TimeSpan.Zero, pause => pause >= TimeSpan.Zero && pause <= TimeSpan.FromDays(7), "a time up to seven days"),
            HostJson.Read(queues, "maxDequeueCount", 5, count => count >= 1, "a number from 1"),
            IsBase64(encoding),
            ReadLease(settings));
    }

    private static TimeSpan ReadLease(IConfiguration settings)
    {
        const string Setting = "Local:QueueLease";
        return settings[Setting] is not { Length: > 0 } text ? TimeSpan.FromSeconds(30)
            : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var lease) && lease >= TimeSpan.FromSeconds(1) && lease <= TimeSpan.FromDays(7) ? lease
            : throw new HostAbortedException($"Local__QueueLease is '{text}', but must be a time from 00:00:01 to seven days.");
    }

    private static bool IsBase64(string name) => name.Equals("base64", StringComparison.OrdinalIgnoreCase);

    private static bool IsNone(string name) => name.Equals("none", StringComparison.OrdinalIgnoreCase);
}
