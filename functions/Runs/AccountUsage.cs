using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Runs.Engine;
using Serverless.Tenancy;
using Serverless.Workspaces;

namespace Serverless.Runs;

/// <summary><c>GET /v1/account/usage</c>: the runs of this calendar month, UTC, by their status, and the limit by client address.</summary>
public sealed class AccountUsage(LaminaEndpoint endpoint, RunCounter counter, RunList list, Plans plans, TimeProvider time)
{
    private const int WindowMilliseconds = 60_000;

    private static readonly Answer<Answered<AccountUsageAnswer>> Counted = Answer.Json(200, "The counts.", AccountUsageJson.Default.AnsweredAccountUsageAnswer);

    private static readonly ApiOperation Operation = Lamina.Operation(nameof(AccountUsage), "Counts the runs of this month") with
    {
        Description = "The month is that of the calendar, in UTC. A run counts for the month in which it was accepted, also when it is deleted.",
        Answers = [Counted],
    };

    /// <summary><c>GET /v1/account/usage</c>: counts runs.</summary>
    [Function(nameof(AccountUsage))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/account/usage")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, async (context, caller, cancellationToken) =>
        {
            var now = time.GetUtcNow();
            var month = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
            var counts = await counter.CountMonthAsync(caller.Account.Id, month, cancellationToken) ?? await list.CountAsync(caller.Account.Id, month, cancellationToken);
            await Counted.WriteAsync(context, new(new(RunCounts.Of(month, counts), new(plans.LaminaRequestsPerMinute, WindowMilliseconds))), cancellationToken);
        });
}

/// <summary>What a workspace has used.</summary>
internal sealed record AccountUsageAnswer(
    [property: Description("Its runs.")] RunCounts Runs,
    [property: Description("How many requests an address may send, whoever it sends them for.")] AddressLimit RateLimit);

/// <summary>Runs that were accepted in a month, counted.</summary>
internal sealed record RunCounts(
    [property: Description("The month, such as `2026-11`.")] string Month,
    [property: Description("All of its runs.")] int Total,
    [property: Description("Those that have not begun.")] int Queued,
    [property: Description("Those that are under way.")] int Running,
    [property: Description("Those whose steps are all done.")] int Completed,
    [property: Description("Those that failed.")] int Failed,
    [property: Description("Those that were cancelled.")] int Cancelled)
{
    /// <summary>The runs of a month.</summary>
    public static RunCounts Of(DateTimeOffset month, StatusCounts counts) => new(
        month.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        counts.Total,
        counts[RunStatus.Queued],
        counts[RunStatus.Running],
        counts[RunStatus.Completed],
        counts[RunStatus.Failed],
        counts[RunStatus.Cancelled]);
}

/// <summary>A limit by address.</summary>
internal sealed record AddressLimit(
    [property: Description("The most requests.")] long Limit,
    [property: Description("In which time.")] int WindowMs);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Answered<AccountUsageAnswer>))]
internal sealed partial class AccountUsageJson : JsonSerializerContext;
