using System.Diagnostics;
using Serverless.Benchmarks.Core;
using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Admission;

/// <summary>The processes of one design.</summary>
internal sealed class AdmissionCrew : IAsyncDisposable
{
    private readonly Admitter _witness;
    private readonly IReadOnlyList<Process> _processes;

    private AdmissionCrew(Admitter witness, IReadOnlyList<Process> processes) => (_witness, _processes) = (witness, processes);

    /// <summary>Starts them.</summary>
    /// <param name="design">The class of their <see cref="Admitter"/>.</param>
    /// <param name="account">The storage.</param>
    /// <param name="key">The key.</param>
    /// <param name="count">How many.</param>
    public static async Task<AdmissionCrew> StartAsync(Type design, StorageAccount account, string key, int count)
    {
        var processes = Enumerable.Range(0, count)
            .Select(_ => Start(AdmissionContender.Arguments(design, account.ConnectionString, key)))
            .ToArray();
        foreach (var process in processes)
        {
            if (await process.StandardOutput.ReadLineAsync() != AdmissionContender.Ready)
            {
                throw new WrongResultException("A process did not start");
            }
        }

        return new(Admitter.Of(design.Name, account.ConnectionString, key), processes);
    }

    /// <summary>Lets callers ask, spread over some of the processes, and makes sure that each decision was counted.</summary>
    public async Task<AdmissionTurn> TurnAsync(int processes, int callers)
    {
        var before = await _witness.CountAsync();
        var chosen = _processes.Take(processes).ToArray();
        await Task.WhenAll(chosen.Select(process => process.StandardInput.WriteLineAsync($"{callers / processes}")));
        var lines = await Task.WhenAll(chosen.Select(process => process.StandardOutput.ReadLineAsync()));
        var turn = AdmissionTurn.Together([.. lines.Select(line => AdmissionTurn.Parse(line ?? throw new WrongResultException("A process has ended")))]);
        WrongResultException.ThrowUnlessEqual("decisions counted", turn.Latencies.Count, await _witness.CountAsync() - before);
        return turn;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private static Process Start(IEnumerable<string> arguments) => Process.Start(
        new ProcessStartInfo(Runtime.Path, [typeof(AdmissionContender).Assembly.Location, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
}
