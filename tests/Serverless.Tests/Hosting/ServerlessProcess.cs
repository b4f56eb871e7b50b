using System.Diagnostics;
using Azure.Data.Tables;
using Serverless.Logs;
using Serverless.Storage;
using Serverless.Tenancy;

namespace Serverless.Tests.Hosting;

/// <summary>The local host as a process, with the built application as a process of its own: what only processes show can be tested on it.</summary>
public sealed class ServerlessProcess : IAsyncDisposable
{
    private const string Announcement = "Now listening on: ";

    private readonly ChildProcess _process;
    private readonly StorageAccount _account;

    private ServerlessProcess(ChildProcess process, StorageAccount account, string address)
    {
        _process = process;
        _account = account;
        Client = new HttpClient { BaseAddress = new Uri(address), Timeout = Patience.Limit };
    }

    /// <summary>The id of the host's process.</summary>
    public int Id => _process.Id;

    /// <summary>The ids of the workers' processes, as Linux knows them.</summary>
    public IReadOnlyList<int> WorkerIds =>
    [
        .. ChildProcess.ChildrenOf(Id).Where(id => File.ReadAllText($"/proc/{id}/cmdline").Contains("--workerId", StringComparison.Ordinal)),
    ];

    /// <summary>The most memory that host and workers took together at any time so far, in bytes.</summary>
    public long PeakMemory => WorkerIds.Append(Id).Sum(ResidentMemory.Peak);

    /// <summary>Sends requests to the application.</summary>
    public HttpClient Client { get; }

    /// <summary>What it wrote to its standard output so far.</summary>
    public IReadOnlyList<string> Output => _process.Output;

    /// <summary>Waits for a line of its standard output.</summary>
    public Task<string?> WaitForOutputAsync(Func<string, bool> condition) => _process.WaitForOutputAsync(condition);

    /// <summary>Starts the application and waits until it listens.</summary>
    /// <param name="account">Its storage.</param>
    /// <param name="environment">More environment variables.</param>
    public static Task<ServerlessProcess> StartAsync(StorageAccount account, params IEnumerable<KeyValuePair<string, string?>> environment) =>
        StartFormAsync(account, isSplit: false, environment);

    /// <summary>Starts the application in one of its forms and waits until it listens.</summary>
    /// <param name="account">Its storage.</param>
    /// <param name="isSplit">Whether functions are kept apart, as on Flex Consumption.</param>
    /// <param name="environment">More environment variables.</param>
    /// <param name="scriptRoot">The folder of the application; null for the one that was built with the tests.</param>
    public static async Task<ServerlessProcess> StartFormAsync(
        StorageAccount account, bool isSplit, IEnumerable<KeyValuePair<string, string?>>? environment = null, string? scriptRoot = null)
    {
        var process = Launch(
            [new("AzureWebJobsStorage", account.ConnectionString), .. environment ?? []],
            [
                "--urls", "http://127.0.0.1:0",
                .. isSplit ? ["--split"] : Array.Empty<string>(),
                .. scriptRoot is null ? Array.Empty<string>() : ["--script-root", scriptRoot],
            ]);
        try
        {
            var line = await process.WaitForOutputAsync(line => line.Contains(Announcement, StringComparison.Ordinal));
            Assert.True(line is not null, $"The application did not start: {string.Join('\n', process.Errors)}");
            return new(process, account, line[(line.IndexOf(Announcement, StringComparison.Ordinal) + Announcement.Length)..].Trim());
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the application with settings that let it take over soon what a killed one left, and does not wait for it.</summary>
    /// <param name="environment">More environment variables; they win.</param>
    /// <param name="arguments">The command line.</param>
    public static ChildProcess Launch(IEnumerable<KeyValuePair<string, string?>> environment, params IEnumerable<string> arguments)
    {
        // The runtime that runs the tests; the path may name another, or none.
        var runtime = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return ChildProcess.Start(
            runtime,
            [Built.LocalHost, .. arguments],
            [
                new("DOTNET_TieredPGO", "0"),
                new("Local__QueueLease", "00:00:02"),
                new("AzureFunctionsJobHost__extensions__queues__maxPollingInterval", "00:00:00.1"),
                new("AzureFunctionsJobHost__extensions__queues__visibilityTimeout", "00:00:00"),
                .. environment,
            ]);
    }

    /// <summary>A LuminaLog client with a key of a new organization.</summary>
    public Task<LogClient> CreateLogClientAsync() => WithTenantsAsync(async ledgers =>
    {
        var organization = await new AccountStore(ledgers, TimeProvider.System).CreateOrganizationAsync("Test", "Scale", Plans.DefaultTracePlan);
        var key = await new KeyStore(ledgers, TimeProvider.System).CreateAsync(organization.Id, LuminaLog.KeyPrefix, new KeyOptions());
        return CreateLogClient(key!.Reveal());
    });

    /// <summary>A LumiqTrace client with a key of a new project of a new organization.</summary>
    public Task<TraceClient> CreateTraceClientAsync() => WithTenantsAsync(async ledgers =>
    {
        var organization = await new AccountStore(ledgers, TimeProvider.System).CreateOrganizationAsync("Test", Plans.DefaultLogPlan, "Scale");
        var project = await new ProjectStore(ledgers, TimeProvider.System).CreateAsync(organization.Id, "Test");
        var key = await new KeyStore(ledgers, TimeProvider.System)
            .CreateAsync(organization.Id, KeyPrefix.LumiqTrace, new KeyOptions { Project = project!.Id });
        return new TraceClient(Client, key!.Reveal(), project.Id, _account);
    });

    /// <summary>A Lamina client with a key of a new workspace.</summary>
    public Task<LaminaClient> CreateLaminaClientAsync(string scopes = "") => WithTenantsAsync(async ledgers =>
    {
        var organization = await new AccountStore(ledgers, TimeProvider.System)
            .CreateOrganizationAsync("Test", Plans.DefaultLogPlan, Plans.DefaultTracePlan);
        var key = await new KeyStore(ledgers, TimeProvider.System)
            .CreateAsync(organization.Id, KeyPrefix.Lamina, new KeyOptions { Scopes = scopes });
        return new LaminaClient(Client, key!.Reveal());
    });

    /// <summary>A LuminaLog client with a key that there is already.</summary>
    public LogClient CreateLogClient(string key) => new(Client, key, _account);

    /// <summary>SIGKILL for all workers; the host goes on.</summary>
    public void KillWorkers()
    {
        foreach (var id in WorkerIds)
        {
            using var worker = Process.GetProcessById(id);
            worker.Kill();
        }
    }

    /// <summary>SIGKILL for the host: it has no time for anything.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM: the application ends in good order.</summary>
    /// <returns>Its exit code, once it has ended.</returns>
    public async Task<int> StopAsync()
    {
        await _process.TerminateAsync();
        return await _process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.DisposeAsync();
    }

    private async Task<TClient> WithTenantsAsync<TClient>(Func<Ledgers, Task<TClient>> create)
    {
        var tables = new TableServiceClient(_account.Direct.ConnectionString);
        using var tenants = new Ledger(tables.GetTableClient(TableNames.Tenants), TimeProvider.System);
        using var clients = new Ledger(tables.GetTableClient(TableNames.Clients), TimeProvider.System);
        return await create(new Ledgers(tenants, clients));
    }
}
