using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Core;

/// <summary>
/// An application under the local host, with an address to send requests to. It runs as on Flex Consumption: a process for all HTTP functions,
/// and one for each function of a queue, so that nothing within a process is of use from one to the other.
/// </summary>
internal sealed class Application : IAsyncDisposable
{
    private const string Announcement = "Now listening on: ";
    private const int LastLines = 3;
    private const int LineLength = 400;

    // Limits that no benchmark comes near: what is measured is what they cost, not that they hold. A queue that was empty must not make the next
    // pass wait, and no timer may run in the middle of one.
    private static readonly KeyValuePair<string, string?>[] Settings =
    [
        new("Plans__LuminaLog__Scale__RequestsPerMinute", "10000000"),
        new("Plans__LuminaLog__Scale__BytesPerMonth", "1000000000000000"),
        new("Plans__LumiqTrace__Scale__EventsPerMonth", "1000000000000"),
        new("Limits__TraceIngestPerMinute", "10000000"),
        new("Limits__TraceDataPerMinute", "10000000"),
        new("Limits__LaminaRequestsPerMinute", "10000000"),
        new("Outbound__AllowLoopback", "true"),
        new("Secrets__Key", Convert.ToBase64String(new byte[32])),
        new("AzureFunctionsJobHost__extensions__queues__maxPollingInterval", "00:00:00.1"),
        new("AzureWebJobs.KeepLogs.Disabled", "true"),
        new("AzureWebJobs.KeepTraces.Disabled", "true"),
        new("AzureWebJobs.RemoveExpiredRows.Disabled", "true"),
        new("AzureWebJobs.RemoveExpiredSearches.Disabled", "true"),
        new("AzureWebJobs.EraseTenants.Disabled", "true"),
    ];

    private readonly ChildProcess _process;

    private Application(ChildProcess process, Uri address)
    {
        _process = process;
        Client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
    }

    /// <summary>Sends requests to it.</summary>
    public HttpClient Client { get; }

    /// <summary>What its workers take: they are what is deployed, and paid for.</summary>
    public Footprint Workers => Footprint.OfChildren(_process.Id);

    /// <summary>What the local host takes.</summary>
    public Footprint Host => Footprint.Of(_process.Id);

    /// <summary>Starts an application and waits until it answers requests.</summary>
    /// <param name="folder">The folder it was built in.</param>
    /// <param name="account">Its storage.</param>
    public static async Task<Application> StartAsync(string folder, StorageAccount account)
    {
        var process = ChildProcess.Start(
            Runtime.Path,
            [Built.LocalHost, "--script-root", folder, "--split", "--urls", "http://127.0.0.1:0"],
            [new("AzureWebJobsStorage", account.ConnectionString), .. Settings]);
        try
        {
            var line = await process.WaitForOutputAsync(line => line.Contains(Announcement, StringComparison.Ordinal))
                ?? throw new WrongResultException($"The application did not start: {string.Join('\n', process.Errors)}");
            return new(process, new Uri(line[(line.IndexOf(Announcement, StringComparison.Ordinal) + Announcement.Length)..].Trim()));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>What it said last, for whoever has to know why it did not do its work.</summary>
    public async Task<string> LastWordsAsync()
    {
        // Its log is a little behind.
        await Task.Delay(TimeSpan.FromSeconds(1));
        return string.Join('\n', _process.Output.TakeLast(LastLines).Select(line => line[..Math.Min(LineLength, line.Length)]));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.DisposeAsync();
    }
}
