using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Serverless.Benchmarks.Core;
using Serverless.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Start;

/// <summary>How long a process takes from its start to its first answer.</summary>
internal static class StartBenchmark
{
    private const int Repetitions = 15;
    private const string EmptyApplication = "Serverless.Benchmarks.EmptyApplication.dll";
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>The benchmark.</summary>
    public static Benchmark Benchmark { get; } = new(
        "start", "How long it takes from the start of the process to the first 200 of `GET /health`, tables and queues created or found.", AnswerAsync);

    private static async Task<Answer> AnswerAsync(Action<string> say)
    {
        await using var emulator = await Emulator.StartAsync();
        var account = emulator.NewAccount();
        var product = typeof(ServerlessServices).Assembly.Location;
        var empty = Path.Combine(AppContext.BaseDirectory, EmptyApplication);

        say("starting");
        var starts = await Contest.RunAsync(
            Repetitions,
            () => StartAsync(product, account),
            () => StartAsync(empty, account),
            () => StartAsync(empty, account, "--tables", string.Join(',', TableNames.All), "--queues", string.Join(',', QueueNames.All)));
        var table = new Table("Start, ms", "", "Serverless", "empty application", "with storage", "times the empty", "times that with storage");
        Add("process start to first 200", start => start.Milliseconds);
        Add("processor time until then", start => start.ProcessorMilliseconds);
        return new(
            [table],
            [
                "**empty application** is what `dotnet new web` makes: `WebApplication.CreateBuilder`, one endpoint. All are started as `dotnet <assembly>`.",
                "**with storage** is the same, but makes sure of the tables and queues that Serverless needs, with the same clients, and nothing else.",
                "Storage is there already, but for the first start, which does not count; Serverless makes sure of all tables and queues before it listens.",
            ]);

        void Add(string name, Func<(double Milliseconds, double ProcessorMilliseconds), double> value)
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

    private static async Task<(double Milliseconds, double ProcessorMilliseconds)> StartAsync(string assembly, StorageAccount account, params string[] arguments)
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        var start = new ProcessStartInfo(Runtime.Path, [assembly, "--urls", address, .. arguments])
        {
            UseShellExecute = false,

            // What a program looks for in its folder, or watches there, must not depend on where the benchmark is run.
            WorkingDirectory = Path.GetDirectoryName(assembly)!,
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
                    throw new WrongResultException($"{assembly} did not start");
                }

                await Task.Delay(BetweenTries);
            }

            return (Stopwatch.GetElapsedTime(started).TotalMilliseconds, process.TotalProcessorTime.TotalMilliseconds);
        }
        finally
        {
            process.Kill();
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
}
