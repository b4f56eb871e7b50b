using System.Globalization;
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
    : LaminaEnvelope("/v1/apps", "/v1/runs", "/v1/templates", "/v1/triggers", "/v1/webhooks", "/v1/account")
{
    /// <inheritdoc/>
    public override string Name => "Lamina";

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
}
