using System.Net;

namespace Serverless.Tests.Hosting;

/// <summary>A large body that exists only while it is sent: a beginning, one block over and over, and an end.</summary>
/// <param name="start">What comes first.</param>
/// <param name="block">What is repeated.</param>
/// <param name="count">How many times.</param>
/// <param name="end">What comes last.</param>
public sealed class GeneratedContent(ReadOnlyMemory<byte> start, ReadOnlyMemory<byte> block, int count, ReadOnlyMemory<byte> end) : HttpContent
{
    /// <summary>The size of the body.</summary>
    public long Length => start.Length + ((long)block.Length * count) + end.Length;

    /// <summary>Whether the length is declared beforehand, rather than the body sent in chunks.</summary>
    public bool DeclaresLength { get; init; }

    /// <summary>Whether anybody has asked for the body.</summary>
    public bool WasSent { get; private set; }

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        WasSent = true;
        await stream.WriteAsync(start);
        for (var number = 0; number < count; number++)
        {
            await stream.WriteAsync(block);
        }

        await stream.WriteAsync(end);
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = Length;
        return DeclaresLength;
    }
}
