using System.Net;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Runs.Apps;
using Serverless.Runs.Engine;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Runs.Engine;

/// <summary>Starts runs of any app in a workspace of its own, past HTTP, and sees what becomes of them.</summary>
/// <param name="host">The application.</param>
internal sealed class RunDriver(ServerlessHost host)
{
    /// <summary>How long anything in a test may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    private readonly TableClient _table = new(host.Account.Direct.ConnectionString, TableNames.Runs);

    /// <summary>Whose the runs are.</summary>
    public string Workspace { get; } = TenantIds.NewAccount();

    /// <summary>Starts an application whose steps may send requests to this machine.</summary>
    public static Task<ServerlessHost> StartHostAsync(StorageAccount? account = null, Action<FunctionsApplicationBuilder>? configure = null) =>
        ServerlessHost.StartAsync(account, builder =>
        {
            builder.Configuration["Limits:LaminaRequestsPerMinute"] = "1000000";
            builder.Configuration["Outbound:AllowLoopback"] = "true";
            builder.Configuration["Local:QueueLease"] = "00:00:02";

            // Reports stay in the queue, where tests count them: those that are about their delivery switch it on.
            builder.Configuration["AzureWebJobs.DeliverWebhook.Disabled"] = "true";
            builder.Configuration["AzureWebJobs.DeliverSlowWebhook.Disabled"] = "true";
            configure?.Invoke(builder);
        });

    /// <summary>Has a run accepted.</summary>
    public async Task<Run> StartAsync(AppDefinition app, string? webhook = null, string who = "you", DateTimeOffset? acceptedAt = null)
    {
        var run = TestRuns.Run(app, Workspace, acceptedAt ?? host.Services.GetRequiredService<TimeProvider>().GetUtcNow()) with
        {
            WebhookUrl = webhook,
            Inputs = new Dictionary<string, string> { ["Who"] = who },
        };
        await host.Services.GetRequiredService<RunSubmission>().AcceptAsync(run);
        return run;
    }

    /// <summary>The run as it is stored.</summary>
    public async Task<Run> ReadAsync(Run run) => RunRow.Read(await RowAsync(run));

    /// <summary>The row of a run.</summary>
    public async Task<TableEntity> RowAsync(Run run) => await _table.GetEntityAsync<TableEntity>(run.Workspace, RunRow.KeyOf(run.Id));

    /// <summary>How many runs the workspace has.</summary>
    public async Task<int> CountAsync() =>
        await _table.QueryAsync<TableEntity>(RunRow.Filter(Workspace)).CountAsync();

    /// <summary>Waits until the row of a run, if there is one, is as expected.</summary>
    public async Task<Run> WaitAsync(Run run, Func<Run, bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            if (await _table.GetEntityIfExistsAsync<TableEntity>(run.Workspace, RunRow.KeyOf(run.Id)) is { HasValue: true, Value: { } row }
                && RunRow.Read(row) is var read
                && condition(read))
            {
                return read;
            }

            await Task.Delay(BetweenLooks, patience.Token);
        }
    }

    /// <summary>Waits for the end of a run.</summary>
    public Task<Run> EndOfAsync(Run run) => WaitAsync(run, read => read.IsTerminal);

    /// <summary>Runs an app to its end.</summary>
    public async Task<Run> RunAsync(AppDefinition app, string who = "you") => await EndOfAsync(await StartAsync(app, who: who));

    /// <summary>The values of a run's outputs.</summary>
    public static IEnumerable<string?> ValuesOf(Run run) => RunOutput.Of(run).Select(output => output.Value);
}

/// <summary>Tells the requests of runs to a storage account apart.</summary>
internal static partial class RunRequests
{
    /// <summary>Whether it sends a message about a run.</summary>
    public static bool IsRunMessage(this HttpRequest request) => HttpMethods.IsPost(request.Method) && request.Path.Value!.EndsWith($"/{QueueNames.Runs}/messages", StringComparison.Ordinal);

    /// <summary>Keeps messages about runs from whoever asks for them, such as until a run is inserted: whoever is faster with its message inserts it, and then both have tried.</summary>
    /// <returns>Lets them go once it is set.</returns>
    public static TaskCompletionSource HoldRunMessages(this StorageProxy proxy)
    {
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        proxy.Fault = request => HttpMethods.IsGet(request.Method) && request.Path.Value!.EndsWith($"/{QueueNames.Runs}/messages", StringComparison.Ordinal)
            ? StorageFault.Held(released.Task)
            : StorageFault.None;
        return released;
    }

    /// <summary>Whether it inserts a run.</summary>
    public static bool IsRunInsertion(this HttpRequest request) => IsTransaction(request, InsertedRow());

    /// <summary>Whether it replaces a run.</summary>
    public static bool IsRunWrite(this HttpRequest request) => IsTransaction(request, ReplacedRun());

    /// <summary>Whether it removes a run.</summary>
    public static bool IsRunRemoval(this HttpRequest request) => IsTransaction(request, RemovedRun());

    /// <summary>Whether it inserts a try to deliver a webhook.</summary>
    public static bool IsDeliveryInsertion(this HttpRequest request) => HttpMethods.IsPost(request.Method) && request.Path.Value!.EndsWith($"/{TableNames.Webhooks}", StringComparison.Ordinal);

    /// <summary>How many messages were taken by a queue.</summary>
    public static int CountSent(this StorageProxy proxy, string queue) =>
        proxy.Transactions.Count(transaction => transaction is { Service: "queue", Method: "POST", Status: (int)HttpStatusCode.Created } && transaction.Path == $"/{queue}/messages");

    private static bool IsTransaction(HttpRequest request, Regex part) =>
        request.HttpContext.Items[StorageProxy.TransactionBody] is string body && part.IsMatch(body);

    [GeneratedRegex($"POST [^ ]+/{TableNames.Runs}(\\(\\))?[ ?]", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex InsertedRow();

    [GeneratedRegex($"DELETE [^ ]+/{TableNames.Runs}\\([^ ]*RowKey='run-", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RemovedRun();

    [GeneratedRegex($"PUT [^ ]+/{TableNames.Runs}\\([^ ]*RowKey='run-", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ReplacedRun();
}
