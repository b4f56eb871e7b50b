using System.Buffers;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Serverless.Http;

/// <summary>
/// Gives a list out whole, one record a line, to callers that ask for lines. Records are read as fast as the caller takes them, so that memory stays flat.
/// Whatever goes wrong after the first lines breaks the connection: what ends is whole.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class Export(TimeProvider time)
{
    /// <summary>The media type that asks for it.</summary>
    public const string MediaType = "application/x-ndjson";

    /// <summary>The most records.</summary>
    public const int MaxRecords = 100_000;

    private const int PieceBytes = 64 * 1024;

    // The Functions host ends whatever takes fifteen.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>What it is, in words.</summary>
    public static string InWords { get; } =
        $"With `Accept: {MediaType}` all of the list is given out, from `cursor` on, one record a line, whatever `limit` says. It ends after {MaxRecords:N0} records: an answer with exactly so many lines may not be all. "
        + $"What takes more than {Lifetime.TotalMinutes} minutes, or fails on the way, is broken off, and never ends like an answer that is whole.";

    /// <summary>Whether a caller asks for it, by its name: whoever takes anything gets a page.</summary>
    public static bool IsWanted(HttpRequest request) => request.GetTypedHeaders().Accept
        .Any(accepted => accepted.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase) && accepted.Quality is null or > 0);

    /// <summary>The answer, for the description of the API.</summary>
    /// <param name="shape">What each line is, of <see cref="Surface.Shapes"/>.</param>
    public static Answer Of(string shape) => new(200, Lines) { MediaType = MediaType, Schema = new() { ["$ref"] = $"#/components/schemas/{shape}" } };

    /// <summary>The answer, for the description of the API.</summary>
    /// <param name="type">What each line is.</param>
    public static Answer<T> Of<T>(JsonTypeInfo<T> type) => Answer.Json(200, Lines, type) with { MediaType = MediaType };

    private static string Lines => $"With `Accept: {MediaType}`: all of it, each line as described.";

    /// <summary>Answers.</summary>
    /// <param name="context">The request.</param>
    /// <param name="records">The records, each JSON on one line.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task WriteAsync(HttpContext context, IAsyncEnumerable<ReadOnlyMemory<byte>> records, CancellationToken cancellationToken)
    {
        using var lifetime = new CancellationTokenSource(Lifetime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lifetime.Token, cancellationToken);
        var response = context.Response;
        var piece = new ArrayBufferWriter<byte>(PieceBytes);
        await foreach (var record in records.Take(MaxRecords).WithCancellation(either.Token))
        {
            piece.Write(record.Span);
            piece.Write("\n"u8);
            if (piece.WrittenCount >= PieceBytes)
            {
                await SendAsync();
            }
        }

        await SendAsync();

        async Task SendAsync()
        {
            if (!response.HasStarted)
            {
                response.ContentType = MediaType;
            }

            await response.Body.WriteAsync(piece.WrittenMemory, either.Token);
            await response.Body.FlushAsync(either.Token);
            piece.ResetWrittenCount();
        }
    }
}
