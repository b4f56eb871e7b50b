using System.Diagnostics;
using System.Diagnostics.Metrics;
using Azure.Core;
using Azure.Core.Pipeline;
using Serverless.Diagnostics;

namespace Serverless.Storage;

/// <summary>
/// Counts and times every transaction with the storage account, each try by itself, and shows it as a span. What the host's own queue
/// listener does is not among them.
/// </summary>
/// <param name="service">The service, <c>table</c> or <c>queue</c>.</param>
internal sealed class StorageTelemetry(string service) : HttpPipelinePolicy
{
    private const string ServiceTag = "serverless.storage.service";
    private const string OperationTag = "serverless.storage.operation";
    private const string ResourceTag = "serverless.storage.resource";
    private const string StatusTag = "http.response.status_code";

    private static readonly Histogram<double> Duration = Instrumentation.Meter.CreateHistogram<double>(
        "serverless.storage.duration", "s", "How long transactions with the storage account took; their number is that of the transactions");

    /// <inheritdoc/>
    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (!Duration.Enabled && !Instrumentation.Activities.HasListeners())
        {
            await ProcessNextAsync(message, pipeline);
            return;
        }

        var started = Stopwatch.GetTimestamp();
        var transaction = StorageTransaction.Of(service, message.Request);
        using var span = Begin(transaction);
        try
        {
            await ProcessNextAsync(message, pipeline);
        }
        catch (Exception failure)
        {
            span.Fail(failure);
            throw;
        }
        finally
        {
            End(span, transaction, message.HasResponse ? message.Response.Status : null, Stopwatch.GetElapsedTime(started));
        }
    }

    /// <inheritdoc/>
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);

    private Activity? Begin(StorageTransaction transaction)
    {
        var span = Instrumentation.Activities.StartActivity($"{service} {transaction.Operation} {transaction.Resource}", ActivityKind.Client);
        span?.SetTag(ServiceTag, service).SetTag(OperationTag, transaction.Operation).SetTag(ResourceTag, transaction.Resource);
        return span;
    }

    private void End(Activity? span, StorageTransaction transaction, int? status, TimeSpan duration)
    {
        span?.SetTag(StatusTag, status);
        if (status >= 500)
        {
            span?.SetStatus(ActivityStatusCode.Error);
        }

        var tags = new TagList
        {
            { ServiceTag, service },
            { OperationTag, transaction.Operation },
            { ResourceTag, transaction.Resource },
            { StatusTag, status },
        };
        Duration.Record(duration.TotalSeconds, tags);
    }
}
