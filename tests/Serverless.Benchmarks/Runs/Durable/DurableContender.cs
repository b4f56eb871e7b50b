using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using DurableTask.AzureStorage;
using DurableTask.Core;
using Serverless.Benchmarks.Core;

namespace Serverless.Benchmarks.Runs.Durable;

/// <summary>
/// The process of Durable Task on Azure Storage, its worker and its client together. For each line, how many at a time, how many in all and
/// whether somebody waits for them, it has orchestrations carried out and says how long they took.
/// </summary>
internal static class DurableContender
{
    /// <summary>The argument that makes this program one.</summary>
    public const string Command = "orchestrate";

    /// <summary>The name of its tables and queues.</summary>
    public const string Hub = "durable";

    // Neither limit is to be what is measured.
    private const int MostAtOnce = 1_000;

    // What the queues of Serverless are told here as well.
    private static readonly TimeSpan LongestPoll = TimeSpan.FromMilliseconds(100);

    // As often as Serverless looks for whoever waits for a run. Durable Task itself would look every two seconds.
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Runs the process.</summary>
    /// <param name="connectionString">Its storage, blobs included.</param>
    public static async Task RunAsync(string connectionString)
    {
        var service = new AzureStorageOrchestrationService(new AzureStorageOrchestrationServiceSettings
        {
            StorageAccountClientProvider = new StorageAccountClientProvider(connectionString),
            TaskHubName = Hub,
            MaxQueuePollingInterval = LongestPoll,
            MaxConcurrentTaskActivityWorkItems = MostAtOnce,
            MaxConcurrentTaskOrchestrationWorkItems = MostAtOnce,
            ControlQueueBufferThreshold = MostAtOnce,
            ExtendedSessionsEnabled = true,
            UseAppLease = false,
        });
        await service.CreateIfNotExistsAsync();
        using var worker = new TaskHubWorker(service);
        await worker.AddTaskOrchestrations(typeof(Echo)).AddTaskActivities(typeof(EchoStep)).StartAsync();
        var client = new TaskHubClient(service);

        // The first is carried out once the worker has its leases.
        await WaitAsync(client, await SubmitAsync(client));
        await Contender.ServeAsync(async line =>
        {
            var turn = line.Split(' ');
            return Write(await TurnAsync(client, Number(turn[0]), Number(turn[1]), bool.Parse(turn[2])));
        });
        await worker.StopAsync(isForced: true);
    }

    /// <summary>Asks for a turn.</summary>
    /// <param name="callers">How many at a time.</param>
    /// <param name="count">How many in all.</param>
    /// <param name="isWaitedFor">Whether whoever submits one waits for it.</param>
    public static string Ask(int callers, int count, bool isWaitedFor) => $"{callers} {count} {isWaitedFor}";

    /// <summary>Reads what became of a turn.</summary>
    public static RunPass Read(string line)
    {
        var numbers = Array.ConvertAll(line.Split(' '), number => long.Parse(number, CultureInfo.InvariantCulture));
        return new(new TimeSpan(numbers[0]), Array.ConvertAll(numbers[1..], ticks => new TimeSpan(ticks).TotalMilliseconds));
    }

    private static async Task<(TimeSpan Elapsed, IReadOnlyCollection<TimeSpan> Latencies)> TurnAsync(TaskHubClient client, int callers, int count, bool isWaitedFor)
    {
        var latencies = new ConcurrentBag<TimeSpan>();
        var started = Stopwatch.GetTimestamp();
        await Callers.RunAsync(callers, count, async _ =>
        {
            var submitted = Stopwatch.GetTimestamp();
            var instance = await SubmitAsync(client);
            if (isWaitedFor)
            {
                await WaitAsync(client, instance);
            }

            latencies.Add(Stopwatch.GetElapsedTime(submitted));
        });
        return (Stopwatch.GetElapsedTime(started), latencies);
    }

    private static Task<OrchestrationInstance> SubmitAsync(TaskHubClient client) => client.CreateOrchestrationInstanceAsync(typeof(Echo), "Hello");

    private static async Task WaitAsync(TaskHubClient client, OrchestrationInstance instance)
    {
        for (var pause = FirstPause; ; pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause)
        {
            var state = await client.GetOrchestrationStateAsync(instance);
            if (state is { OrchestrationStatus: OrchestrationStatus.Completed, Output: "\"Hello\"" })
            {
                return;
            }

            if (state?.OrchestrationStatus is not (null or OrchestrationStatus.Pending or OrchestrationStatus.Running))
            {
                throw new WrongResultException($"Orchestration {instance.InstanceId}: {state.OrchestrationStatus} {state.Output}");
            }

            await Task.Delay(pause);
        }
    }

    private static string Write((TimeSpan Elapsed, IReadOnlyCollection<TimeSpan> Latencies) turn) =>
        string.Join(' ', turn.Latencies.Select(latency => latency.Ticks).Prepend(turn.Elapsed.Ticks));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
