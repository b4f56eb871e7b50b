namespace Serverless.Local.Workers;

/// <summary>Starts workers: as processes, or, in tests, in the process that there is.</summary>
public interface IWorkerLauncher
{
    /// <summary>Starts a worker. It calls the host as soon as it is ready for it.</summary>
    /// <param name="start">What the worker has to know.</param>
    /// <exception cref="Microsoft.Extensions.Hosting.HostAbortedException">It cannot be started; the message says why.</exception>
    Task<IRunningWorker> LaunchAsync(WorkerStart start);
}

/// <summary>A worker from its start to its end. Disposing ends it at once, if it has not ended.</summary>
public interface IRunningWorker : IAsyncDisposable
{
    /// <summary>Completed when it has ended, with what it said of a failure; empty when it said nothing.</summary>
    Task<string> Ended { get; }

    /// <summary>Where it takes requests; null for the address that it names itself.</summary>
    Uri? HttpAddress { get; }
}

/// <summary>What a worker has to know.</summary>
/// <param name="HostAddress">Where the host listens for workers.</param>
/// <param name="WorkerId">The name it calls itself by.</param>
/// <param name="Settings">The application's settings, beside those of the environment.</param>
public sealed record WorkerStart(Uri HostAddress, string WorkerId, IReadOnlyDictionary<string, string> Settings);
