using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Runs.Engine;
using Serverless.Runs.Requests;
using Serverless.Tenancy;

namespace Serverless.Runs;

/// <summary><c>GET /v1/account/usage</c>: the runs of this calendar month, UTC, by their status, and the limit by client address.</summary>
public sealed class AccountUsage(LaminaAdmission admission, RunStore store, Plans plans, TimeProvider time)
{
    private const int WindowMilliseconds = 60_000;

    /// <summary>Serves the request.</summary>
    public async Task GetAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var caller = await admission.EnterAsync(context);
        var now = time.GetUtcNow();
        var month = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        var counts = await store.CountAsync(caller.Account.Id, month, cancellationToken);
        await context.WriteDataAsync(writer => Write(writer, month, counts), cancellationToken);
    }

    private void Write(Utf8JsonWriter writer, DateTimeOffset month, IReadOnlyDictionary<RunStatus, int> counts)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("runs");
        writer.WriteString("month", month.ToString("yyyy-MM", CultureInfo.InvariantCulture));
        writer.WriteNumber("total", counts.Values.Sum());
        foreach (var status in Enum.GetValues<RunStatus>())
        {
            writer.WriteNumber(RunWords.Of(status), counts.GetValueOrDefault(status));
        }

        writer.WriteEndObject();
        writer.WriteStartObject("rateLimit");
        writer.WriteNumber("limit", plans.LaminaRequestsPerMinute);
        writer.WriteNumber("windowMs", WindowMilliseconds);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
