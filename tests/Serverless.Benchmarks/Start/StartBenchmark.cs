using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Serverless.Benchmarks.Core;
using Serverless.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Start;

/// <summary>How long an application takes from the start of its host to its first answer.</summary>
internal static class StartBenchmark
{
    private const int Repetitions = 15;
    private const double BytesPerMegabyte = 1_000_000;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>The benchmark.</summary>
    public static Benchmark Benchmark { get; } = new(
        "start", "How long it takes from the start of the local host to the first 200 of `GET /health`, tables and queues created or found.", AnswerAsync);

    private static async Task<Answer> AnswerAsync(Action<string> say)
    {
        await using var emulator = await Emulator.StartAsync();
        var account = emulator.NewAccount();

        say("starting");
        var starts = await Contest.RunAsync(
            Repetitions,
            () => StartAsync(Built.Product, account),
            () => StartAsync(Built.Empty, account),
            () => StartAsync(Built.Empty, account, "--tables", string.Join(',', TableNames.All), "--queues", string.Join(',', QueueNames.All)));
        var table = new Table("Start", "", "Serverless", "empty application", "with storage", "times the empty", "times that with storage");
        Add("start of the host to first 200, ms", start => start.Milliseconds);
        Add("processor time of the worker until then, ms", start => start.Worker.ProcessorTime.TotalMilliseconds);
        Add("processor time of the host until then, ms", start => start.Host.ProcessorTime.TotalMilliseconds);
        Add("memory of the worker then, MB", start => start.Worker.ResidentBytes / BytesPerMegabyte);
        return new(
            [table],
            [
                "**empty application** is what `func init` makes, with one HTTP function. All run under the same host, started as `dotnet <assembly>`, from "
                + "build outputs as they are; what is deployed is compiled beforehand.",
                "**with storage** is the same, but makes sure of the tables and queues that Serverless needs, with the same clients, and nothing else.",
                "Storage is there already, but for the first start, which does not count; Serverless makes sure of all tables and queues before it listens.",
            ]);

        void Add(string name, Func<FirstAnswer, double> value)
        {
            Measured[] each = [.. starts.Select(contender => new Measured(contender.Select(value)))];
            table.Add(
                name,
                Number.Spread(each[0], Number.AtMost),
                Number.Spread(each[1], Number.AtLeast),
                Number.Spread(each[2], Number.AtLeast),
                Number.Spread(each[0].Over(each[1]), Number.AtMost),
                Number.Spread(each[0].Over(each[2]), Number.AtMost));
        }
    }

    private static async Task<FirstAnswer> StartAsync(string folder, StorageAccount account, params string[] arguments)
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        var start = new ProcessStartInfo(Runtime.Path, [Built.LocalHost, "--script-root", folder, "--split", "--urls", address, .. arguments])
        {
            UseShellExecute = false,

            // What a program looks for in its folder, or watches there, must not depend on where the benchmark is run.
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["AzureWebJobsStorage"] = account.ConnectionString },
        };

        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            while (!await AnswersAsync(client))
            {
                if (process.HasExited || Stopwatch.GetElapsedTime(started) > Patience)
                {
                    throw new WrongResultException($"{folder} did not start");
                }

                await Task.Delay(BetweenTries);
            }

            return new(Stopwatch.GetElapsedTime(started).TotalMilliseconds, Footprint.OfChildren(process.Id), Footprint.Of(process.Id));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    private static async Task<bool> AnswersAsync(HttpClient client)
    {
        try
        {
            using var response = await client.GetAsync(new Uri("/health", UriKind.Relative));
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The first answer of an application.</summary>
    /// <param name="Milliseconds">How long it took to come.</param>
    /// <param name="Worker">What the worker has taken by then.</param>
    /// <param name="Host">What the local host has.</param>
    private sealed record FirstAnswer(double Milliseconds, Footprint Worker, Footprint Host);
}
