using Azure.Core;
using Azure.Core.Pipeline;

namespace Serverless.Benchmarks.Core;

/// <summary>Counts the requests of a storage client, those included that are only repetitions.</summary>
internal sealed class CountingPolicy : HttpPipelineSynchronousPolicy
{
    private long _count;

    /// <summary>How many there were.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <inheritdoc/>
    public override void OnSendingRequest(HttpMessage message) => Interlocked.Increment(ref _count);
}
