using System.Globalization;

namespace Serverless.Ingestion.Chunks;

/// <summary>The ids of batches: version-7 UUIDs as 32 hexadecimal digits, which sort by the time of receipt.</summary>
public static class BatchId
{
    private const int TimeDigits = 12;

    /// <summary>A new id.</summary>
    /// <param name="receivedAt">When the batch came in, kept to the millisecond.</param>
    public static string New(DateTimeOffset receivedAt) => Guid.CreateVersion7(receivedAt).ToString("N");

    /// <summary>When the batch of an id came in.</summary>
    /// <exception cref="FormatException">This is no id of ours.</exception>
    public static DateTimeOffset ReceivedAt(string batch) =>
        DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(batch.AsSpan(0, TimeDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

    /// <summary>What the ids of all batches that came in before a time sort before.</summary>
    public static string Before(DateTimeOffset time) => time.ToUnixTimeMilliseconds().ToString("x12", CultureInfo.InvariantCulture);
}
