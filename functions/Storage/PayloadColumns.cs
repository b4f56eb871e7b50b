using Azure.Data.Tables;

namespace Serverless.Storage;

/// <summary>Bytes in a row: as many binary columns as they need, each at most 64 KB, together within the megabyte a row may have.</summary>
public static class PayloadColumns
{
    /// <summary>The most bytes a row takes, beside its header columns.</summary>
    public const int MaxBytes = ColumnCount * ColumnBytes;

    private const int ColumnBytes = 64 * 1024;
    private const int ColumnCount = 15;
    private static readonly string[] Names = [.. Enumerable.Range(0, ColumnCount).Select(number => $"Data{number}")];

    /// <summary>The columns.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>The first of the columns, for a query of rows that need one as a rule.</summary>
    public static string First => Names[0];

    /// <summary>Whether the first column is full, so that there may be others.</summary>
    public static bool IsFirstFull(TableEntity row) => row.GetBinary(First)?.Length == ColumnBytes;

    /// <summary>Puts bytes into a row.</summary>
    /// <exception cref="ArgumentException">There are more than <see cref="MaxBytes"/>.</exception>
    public static void Write(TableEntity row, ReadOnlyMemory<byte> payload)
    {
        if (payload.Length > MaxBytes)
        {
            throw new ArgumentException($"A row takes {MaxBytes} bytes, not {payload.Length}.", nameof(payload));
        }

        for (var column = 0; !payload.IsEmpty; column++)
        {
            var size = Math.Min(payload.Length, ColumnBytes);
            row[Names[column]] = payload[..size].ToArray();
            payload = payload[size..];
        }
    }

    /// <summary>Reads the bytes of a row.</summary>
    public static ReadOnlyMemory<byte> Read(TableEntity row)
    {
        var columns = Names.Select(row.GetBinary).TakeWhile(column => column is not null).Select(column => column!).ToArray();
        if (columns.Length == 1)
        {
            return columns[0];
        }

        var payload = new byte[columns.Sum(column => column.Length)];
        var position = 0;
        foreach (var column in columns)
        {
            column.CopyTo(payload, position);
            position += column.Length;
        }

        return payload;
    }
}
