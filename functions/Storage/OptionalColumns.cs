using Azure.Data.Tables;

namespace Serverless.Storage;

/// <summary>Columns that a row has only where there is something to say.</summary>
internal static class OptionalColumns
{
    /// <summary>Sets a column, unless there is nothing.</summary>
    public static void SetUnlessNull(this TableEntity row, string column, object? value)
    {
        if (value is not null)
        {
            row[column] = value;
        }
    }
}
