using System.Collections;
using System.Globalization;
using Azure.Data.Tables.Wire;

namespace Azure.Data.Tables;

/// <summary>A transaction the service refused as a whole: none of its actions took place.</summary>
public class TableTransactionFailedException : RequestFailedException
{
    /// <summary>Creates the exception from the error of the action that failed.</summary>
    /// <param name="requestFailedException">That error; its status, code, message and data are taken over.</param>
    public TableTransactionFailedException(RequestFailedException requestFailedException)
        : base(
            requestFailedException.Status,
            requestFailedException.Message,
            requestFailedException.ErrorCode,
            requestFailedException.InnerException)
    {
        var data = base.Data;
        foreach (DictionaryEntry entry in requestFailedException.Data)
        {
            data[entry.Key] = entry.Value;
        }

        if (int.TryParse(data[TableError.FailedActionKey] as string, CultureInfo.InvariantCulture, out var index))
        {
            FailedTransactionActionIndex = index;
        }
    }

    /// <summary>The position of the action that failed, counted from zero; null if the service did not say.</summary>
    public int? FailedTransactionActionIndex { get; }
}
