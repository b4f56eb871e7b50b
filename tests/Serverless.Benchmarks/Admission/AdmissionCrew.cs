using Serverless.Benchmarks.Core;
using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Admission;

/// <summary>The processes of one design.</summary>
internal sealed class AdmissionCrew : IAsyncDisposable
{
    private readonly Admitter _witness;
    private readonly IReadOnlyList<Contender> _contenders;

    private AdmissionCrew(Admitter witness, IReadOnlyList<Contender> contenders) => (_witness, _contenders) = (witness, contenders);

    /// <summary>Starts them.</summary>
    /// <param name="design">The class of their <see cref="Admitter"/>.</param>
    /// <param name="account">The storage.</param>
    /// <param name="key">The key.</param>
    /// <param name="count">How many.</param>
    public static async Task<AdmissionCrew> StartAsync(Type design, StorageAccount account, string key, int count) => new(
        Admitter.Of(design.Name, account.ConnectionString, key),
        await Task.WhenAll(Enumerable.Range(0, count)
            .Select(_ => Contender.StartAsync(AdmissionContender.Arguments(design, account.ConnectionString, key)))));

    /// <summary>Lets callers ask, spread over some of the processes, and makes sure that each decision was counted.</summary>
    public async Task<AdmissionTurn> TurnAsync(int processes, int callers)
    {
        var before = await _witness.CountAsync();
        var lines = await Task.WhenAll(_contenders.Take(processes).Select(contender => contender.AskAsync($"{callers / processes}")));
        var turn = AdmissionTurn.Together([.. lines.Select(AdmissionTurn.Parse)]);
        WrongResultException.ThrowUnlessEqual("decisions counted", turn.Latencies.Count, await _witness.CountAsync() - before);
        return turn;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var contender in _contenders)
        {
            await contender.DisposeAsync();
        }
    }
}
