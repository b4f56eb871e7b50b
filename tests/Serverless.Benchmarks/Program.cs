using System.Globalization;
using Serverless.Benchmarks.Admission;
using Serverless.Benchmarks.Core;
using Serverless.Benchmarks.Ingest;
using Serverless.Benchmarks.Parse;
using Serverless.Benchmarks.Query;
using Serverless.Benchmarks.Runs;
using Serverless.Benchmarks.Runs.Durable;
using Serverless.Benchmarks.Start;
using Serverless.Benchmarks.Webhooks;
using Serverless.Local.Storage;

namespace Serverless.Benchmarks;

/// <summary>Answers the benchmarks that are named on the command line, or takes the part of a process that one of them needs.</summary>
internal static class Program
{
    private const string All = "all";
    private const string MarkdownOption = "--markdown";

    private static readonly Benchmark[] Benchmarks =
    [
        IngestBenchmark.Benchmark, ExportBenchmark.Benchmark, ParseBenchmark.Benchmark, AdmissionBenchmark.Benchmark, RunsBenchmark.Benchmark, WebhooksBenchmark.Benchmark, QueryBenchmark.Benchmark, NeedleBenchmark.Benchmark,
        GrowthBenchmark.Benchmark, StartBenchmark.Benchmark,
    ];

    private static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case [AdmissionContender.Command, .. var rest]:
                await AdmissionContender.RunAsync(rest);
                return 0;
            case [DurableContender.Command, var connectionString]:
                await DurableContender.RunAsync(connectionString);
                return 0;
            case [var name]:
                return await RunAsync(name, markdown: null);
            case [var name, MarkdownOption, var file]:
                return await RunAsync(name, file);
            default:
                return await RefuseAsync($"Usage: <{string.Join('|', Benchmarks.Select(benchmark => benchmark.Name))}|{All}> [{MarkdownOption} <file>]");
        }
    }

    private static async Task<int> RunAsync(string name, string? markdown)
    {
        var chosen = Benchmarks.Where(benchmark => name == All || benchmark.Name == name).ToArray();
        if (chosen.Length == 0)
        {
            return await RefuseAsync($"There is no benchmark \"{name}\": it is one of {string.Join(", ", Benchmarks.Select(benchmark => benchmark.Name))}, or {All}.");
        }

        var root = RepositoryRoot.Find();
        await AzuriteInstallation.EnsureAsync(root, CancellationToken.None);
        var machine = Machine.Describe(root);
        var page = new Page(machine, TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        if (File.Exists(markdown))
        {
            page.Keep(await File.ReadAllTextAsync(markdown));
        }

        await System.Console.Out.WriteLineAsync(string.Join('\n', machine));
        foreach (var benchmark in chosen)
        {
            var started = TimeProvider.System.GetTimestamp();
            await System.Console.Out.WriteLineAsync($"\n# {benchmark.Name}\n\n{benchmark.Question}\n");
            try
            {
                var answer = await benchmark.AnswerAsync(Say);
                page.Add(benchmark, answer);
                await System.Console.Out.WriteLineAsync(string.Join('\n', answer.Tables));
            }
            catch (WrongResultException wrong)
            {
                return await RefuseAsync($"{benchmark.Name}: no figure, for the result is wrong. {wrong.Message}");
            }

            await System.Console.Out.WriteLineAsync($"{TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s");
        }

        if (markdown is not null)
        {
            await File.WriteAllTextAsync(markdown, page.Write(Benchmarks.Select(benchmark => benchmark.Name)));
        }

        return 0;
    }

    // What is under way is no result: it goes where errors go.
    private static void Say(string text) => System.Console.Error.WriteLine(text);

    private static async Task<int> RefuseAsync(string reason)
    {
        await System.Console.Error.WriteLineAsync(reason);
        return 1;
    }
}
