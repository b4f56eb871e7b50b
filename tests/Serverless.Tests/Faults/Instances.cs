using Serverless.Tests.Hosting;

namespace Serverless.Tests.Faults;

/// <summary>Instances of the application, each a process of its own, that are killed and replaced while others send.</summary>
/// <param name="account">Their storage.</param>
/// <param name="environment">Their settings.</param>
/// <param name="count">How many there are at a time.</param>
internal sealed class Instances(StorageAccount account, IEnumerable<KeyValuePair<string, string?>> environment, int count) : IAsyncDisposable
{
    private readonly ServerlessProcess?[] _processes = new ServerlessProcess?[count];
    private readonly List<ServerlessProcess> _ended = [];
    private TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Those that run.</summary>
    public IEnumerable<ServerlessProcess> Running => _processes.OfType<ServerlessProcess>();

    /// <summary>Starts the instances that do not run.</summary>
    public async Task StartAsync()
    {
        for (var slot = 0; slot < count; slot++)
        {
            Volatile.Write(ref _processes[slot], _processes[slot] ?? await ServerlessProcess.StartAsync(account, environment));
            Interlocked.Exchange(ref _started, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
    }

    /// <summary>Kills one.</summary>
    /// <param name="turn">Whose turn it is.</param>
    public async Task KillAsync(int turn)
    {
        var process = Interlocked.Exchange(ref _processes[turn % count], null)!;
        _ended.Add(process);
        await process.KillAsync();
    }

    /// <summary>A client of any that runs; waits while there is none.</summary>
    public async Task<HttpClient> PickAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var started = Volatile.Read(ref _started).Task;
            if (Running.ToArray() is { Length: > 0 } running)
            {
                return running[Random.Shared.Next(running.Length)].Client;
            }

            await started.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _ended.Concat(Running))
        {
            await process.DisposeAsync();
        }
    }
}
