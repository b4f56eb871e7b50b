using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Runs;

/// <summary>
/// The Lamina contract. Its limit is by client address and holds for all its paths, before any key is looked at. Its envelope also
/// answers for paths that belong to no surface.
/// </summary>
public sealed class Lamina(ClientGate gate, ClientAddress address, Plans plans, TimeProvider time)
    : Surface("/v1/apps", "/v1/runs", "/v1/templates", "/v1/triggers", "/v1/webhooks", "/v1/account")
{
    /// <inheritdoc/>
    public override string Name => "Lamina";

    /// <inheritdoc/>
    protected override string UnavailableCode => "RESOURCE_UNAVAILABLE";

    /// <inheritdoc/>
    public override async Task EnterAsync(HttpContext context)
    {
        var limit = new SlidingWindow("LaminaRequests", plans.LaminaRequestsPerMinute, TimeSpan.FromMinutes(1));
        var decision = await gate.AdmitAsync(address.Of(context), limit);
        var left = decision.IsAdmitted ? decision.ResetAt - time.GetUtcNow() : decision.RetryAfter;
        var headers = context.Response.Headers;
        headers["RateLimit-Limit"] = limit.Permits.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Remaining"] = decision.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Reset"] = ((long)Math.Ceiling(left.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (!decision.IsAdmitted)
        {
            throw new ApiException(new(StatusCodes.Status429TooManyRequests, "RATE_LIMITED", "Too many requests, please try again later")
            {
                Retryable = true,
                RetryAfter = decision.RetryAfter,
            });
        }
    }

    /// <inheritdoc/>
    public override void WriteError(Utf8JsonWriter writer, ApiError error, string requestId)
    {
        writer.WriteStartObject();
        writer.WriteString("error", error.Message);
        writer.WriteString("code", error.Code);
        writer.WriteBoolean("retryable", error.Retryable);
        if (error is { Status: StatusCodes.Status429TooManyRequests, RetryAfterSeconds: { } wait })
        {
            writer.WriteNumber("retryAfter", wait);
        }

        writer.WriteString("requestId", requestId);
        if (error.Details.Count > 0)
        {
            WriteDetails(writer, error.Details);
        }

        writer.WriteEndObject();
    }

    private static void WriteDetails(Utf8JsonWriter writer, IReadOnlyList<ErrorDetail> details)
    {
        writer.WriteStartArray("details");
        foreach (var detail in details)
        {
            writer.WriteStartObject();
            writer.WriteString("param", detail.Field);
            writer.WriteString("code", detail.Code);
            writer.WriteString("message", detail.Message);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
