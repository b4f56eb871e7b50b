using System.Diagnostics;
using System.Net.Http.Json;
using Serverless.Benchmarks.Core;
using Serverless.Benchmarks.Runs;
using Serverless.Tenancy;

namespace Serverless.Benchmarks.Webhooks;

/// <summary>How long messages take to endpoints that answer, beside others that hang.</summary>
internal static class WebhooksBenchmark
{
    private const int Repetitions = 3;
    private const int Answering = 180;
    private const int Hanging = 20;
    private const int Messages = 10;

    private static readonly string[] Events = ["run.completed"];

    /// <summary>The benchmark.</summary>
    public static Benchmark Benchmark { get; } = new(
        "webhooks", $"How long the end of a run takes to {Answering} endpoints that answer: alone, and beside {Hanging} that hang.", AnswerAsync);

    private static async Task<Answer> AnswerAsync(Action<string> say)
    {
        await using var receivers = await Receivers.StartAsync();
        var passes = await Contest.RunAsync(0, Repetitions, () => PassAsync(0), () => PassAsync(Hanging));
        var table = new Table("From the submission of a run until an endpoint has the message, ms", "", "p50", "p99");
        var (p50, p99) = (passes.Select(turns => Latency(turns, 0.5)).ToArray(), passes.Select(turns => Latency(turns, 0.99)).ToArray());
        table.Add($"{Answering} that answer", Number.Spread(p50[0], Number.AtLeast), Number.Spread(p99[0], Number.AtLeast));
        table.Add($"the same beside {Hanging} that hang", Number.Spread(p50[1], Number.AtMost), Number.Spread(p99[1], Number.AtMost));
        table.Add("times as long", Number.Spread(p50[1].Over(p50[0]), Number.AtMost), Number.Spread(p99[1].Over(p99[0]), Number.AtMost));
        return new(
            [table],
            [
                $"{Messages} runs one after another, each submitted when all that answer have the message of the one before. Each endpoint has an address of its own. "
                + "Those that hang are added after a first message, which is not counted: that they do has to be found out by the others.",
                "Of the time, most is the machine's: storage, application and receivers share two processors, and a message costs each endpoint a message in the queue and four transactions.",
            ]);

        // An emulator and an application for each: what one leaves behind must not meet the next.
        async Task<IReadOnlyList<double>> PassAsync(int hanging)
        {
            say($"beside {hanging} that hang");
            await using var emulator = await Emulator.StartAsync();
            await using var client = await RunClient.StartAsync(emulator.NewAccount());
            var key = await client.CreateKeyAsync("admin");
            await AddAsync(client, key, Enumerable.Range(0, Answering).Select(number => receivers.AddressOf(number, hangs: false)));
            await TellAsync(client, key);
            await AddAsync(client, key, Enumerable.Range(Answering, hanging).Select(number => receivers.AddressOf(number, hangs: true)));
            var times = new List<double>();
            for (var message = 0; message < Messages; message++)
            {
                times.AddRange(await TellAsync(client, key));
            }

            return times;
        }

        async Task<IReadOnlyList<double>> TellAsync(RunClient client, ApiKey key)
        {
            var submitted = Stopwatch.GetTimestamp();
            return await receivers.WaitAsync(await client.SubmitAsync(key), submitted, Answering);
        }
    }

    private static async Task AddAsync(RunClient client, ApiKey key, IEnumerable<string> addresses)
    {
        foreach (var address in addresses)
        {
            using var content = JsonContent.Create(new { url = address, events = Events });
            await content.LoadIntoBufferAsync();
            using var made = await client.SendAsync(HttpMethod.Post, "/v1/webhooks/endpoints", content, key);
        }
    }

    private static Measured Latency(IReadOnlyList<IReadOnlyList<double>> passes, double share) => new(passes.Select(times => new Measured(times).Quantile(share)));
}
