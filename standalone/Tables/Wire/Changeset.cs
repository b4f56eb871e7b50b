using System.Buffers;
using System.Text;
using Azure.Core;

namespace Azure.Data.Tables.Wire;

/// <summary>Writes a transaction as OData has it: a batch that holds one changeset, which holds one HTTP request per action.</summary>
internal static class Changeset
{
    private static readonly StatusCodeClassifier Accepted = new([202]);

    /// <summary>The request that submits the actions.</summary>
    /// <exception cref="InvalidOperationException">There are no actions.</exception>
    public static TableOperation Of(IEnumerable<TableTransactionAction> actions, string table, TableEndpoint endpoint)
    {
        var batch = $"batch_{Guid.NewGuid()}";
        var changeset = $"changeset_{Guid.NewGuid()}";
        var body = new ArrayBufferWriter<byte>(initialCapacity: 4096);
        var isEmpty = true;

        WriteLines(body, $"--{batch}", $"Content-Type: multipart/mixed; boundary={changeset}", "");
        foreach (var action in actions)
        {
            WriteLines(body, $"--{changeset}", "Content-Type: application/http", "Content-Transfer-Encoding: binary", "");
            WriteRequest(body, ToOperation(action, table), endpoint);
            isEmpty = false;
        }

        WriteLines(body, $"--{changeset}--", $"--{batch}--");
        return isEmpty
            ? throw new InvalidOperationException("A transaction needs at least one action.")
            : new(RequestMethod.Post, "$batch", Accepted) { ContentType = $"multipart/mixed; boundary={batch}", Body = body.WrittenMemory };
    }

    private static TableOperation ToOperation(TableTransactionAction action, string table) => action.ActionType switch
    {
        TableTransactionActionType.Add => EntityOperations.Insert(table, action.Entity),
        TableTransactionActionType.UpdateMerge => EntityOperations.Write(table, action.Entity, TableUpdateMode.Merge, action.ETag),
        TableTransactionActionType.UpdateReplace => EntityOperations.Write(table, action.Entity, TableUpdateMode.Replace, action.ETag),
        TableTransactionActionType.UpsertMerge => EntityOperations.Write(table, action.Entity, TableUpdateMode.Merge),
        TableTransactionActionType.UpsertReplace => EntityOperations.Write(table, action.Entity, TableUpdateMode.Replace),
        TableTransactionActionType.Delete => EntityOperations.Delete(table, action.Entity.PartitionKey, action.Entity.RowKey, action.ETag),
        _ => throw new InvalidOperationException($"There is no transaction action {action.ActionType}."),
    };

    private static void WriteRequest(ArrayBufferWriter<byte> body, TableOperation operation, TableEndpoint endpoint)
    {
        WriteLines(body, $"{operation.Method} {endpoint.Locate(operation.Path).AbsoluteUri} HTTP/1.1");
        foreach (var (name, value) in operation.Headers())
        {
            WriteLines(body, $"{name}: {value}");
        }

        WriteLines(body, "");
        body.Write(operation.Body.Span);
        WriteLines(body, "");
    }

    private static void WriteLines(ArrayBufferWriter<byte> body, params ReadOnlySpan<string> lines)
    {
        foreach (var line in lines)
        {
            Encoding.UTF8.GetBytes(line, body);
            body.Write("\r\n"u8);
        }
    }
}
