using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Runs.Engine;
using Serverless.Runs.Requests;
using Serverless.Runs.Watching;

namespace Serverless.Runs.Webhooks;

/// <summary><c>GET /v1/runs/{runId}/deliveries</c>: every try to deliver the webhook of a run.</summary>
public sealed class ReadDeliveries(LaminaAdmission admission, RunStore store, DeliveryLog deliveries)
{
    /// <summary>Serves the request.</summary>
    public async Task HandleAsync(HttpContext context, string runId, CancellationToken cancellationToken)
    {
        var caller = await admission.EnterAsync(context);
        var run = await store.RequireAsync(caller.Account.Id, runId, cancellationToken);
        var tries = await deliveries.ReadAsync(caller.Account.Id, run.Id, cancellationToken).ToListAsync(cancellationToken);
        await context.WriteListAsync(tries, Write, cancellationToken);
    }

    private static void Write(Utf8JsonWriter writer, Delivery delivery)
    {
        writer.WriteStartObject();
        writer.WriteNumber("attempt", delivery.Attempt);
        writer.WriteString("at", delivery.At.UtcDateTime);
        writer.WriteBoolean("delivered", delivery.Outcome == DeliveryOutcome.Delivered);
        writer.WriteString("outcome", OutcomeOf(delivery));
        if (delivery.Status is { } status)
        {
            writer.WriteNumber("status", status);
        }
        else
        {
            writer.WriteNull("status");
        }

        writer.WriteString("error", delivery.Error);
        if (delivery.Duration is { } duration)
        {
            writer.WriteNumber("durationMs", (long)duration.TotalMilliseconds);
        }
        else
        {
            writer.WriteNull("durationMs");
        }

        if (delivery.NextAt is { } nextAt)
        {
            writer.WriteString("nextAttemptAt", nextAt.UtcDateTime);
        }
        else
        {
            writer.WriteNull("nextAttemptAt");
        }

        writer.WriteEndObject();
    }

    private static string OutcomeOf(Delivery delivery) => delivery.Outcome switch
    {
        DeliveryOutcome.Delivered => "delivered",
        DeliveryOutcome.Failed => "failed",
        _ => "unknown",
    };
}
