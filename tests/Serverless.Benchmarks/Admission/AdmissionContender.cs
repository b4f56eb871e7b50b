using System.Diagnostics;
using System.Globalization;
using Serverless.Benchmarks.Core;

namespace Serverless.Benchmarks.Admission;

/// <summary>One of the processes that admit requests. For each line, a number of callers, it has them ask for a while and says what became of it.</summary>
internal static class AdmissionContender
{
    /// <summary>The argument that makes this program a contender.</summary>
    public const string Command = "admit";

    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1.5);

    /// <summary>The arguments of one.</summary>
    /// <param name="design">The class of its <see cref="Admitter"/>.</param>
    /// <param name="connectionString">Its storage.</param>
    /// <param name="key">The key.</param>
    public static IEnumerable<string> Arguments(Type design, string connectionString, string key) => [Command, design.Name, connectionString, key];

    /// <summary>Runs the process.</summary>
    public static async Task RunAsync(string[] arguments)
    {
        var admitter = Admitter.Of(arguments[0], arguments[1], arguments[2]);
        await admitter.CountAsync();
        await Contender.ServeAsync(async callers => (await TurnAsync(admitter, int.Parse(callers, CultureInfo.InvariantCulture))).ToString());
    }

    private static async Task<AdmissionTurn> TurnAsync(Admitter admitter, int callers)
    {
        var requests = admitter.Requests.Count;
        var started = Stopwatch.GetTimestamp();
        var latencies = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => AskAsync(admitter, started))));
        return new(Stopwatch.GetElapsedTime(started), admitter.Requests.Count - requests, [.. latencies.SelectMany(each => each)]);
    }

    private static async Task<List<int>> AskAsync(Admitter admitter, long started)
    {
        var latencies = new List<int>();
        while (Stopwatch.GetElapsedTime(started) < Turn)
        {
            var asked = Stopwatch.GetTimestamp();
            if (await admitter.AdmitAsync())
            {
                latencies.Add((int)Stopwatch.GetElapsedTime(asked).TotalMicroseconds);
            }
        }

        return latencies;
    }
}
