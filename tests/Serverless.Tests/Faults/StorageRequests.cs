using Microsoft.AspNetCore.Http;
using Serverless.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Faults;

/// <summary>Tells the requests to a storage account apart.</summary>
internal static class StorageRequests
{
    /// <summary>Whether it persists a batch: writes its row, or that row and what goes with it in one transaction.</summary>
    public static bool IsPersist(this HttpRequest request) => request.IsTransaction() || (request.IsLogWrite() && !request.IsPart());

    /// <summary>Whether it writes a single row of the table of logs.</summary>
    public static bool IsLogWrite(this HttpRequest request) =>
        HttpMethods.IsPut(request.Method) && Path(request).Contains($"/{TableNames.Logs}(PartitionKey", StringComparison.Ordinal);

    /// <summary>Whether it sends a queue message.</summary>
    public static bool IsSend(this HttpRequest request) => HttpMethods.IsPost(request.Method) && IsQueue(request);

    /// <summary>Whether it asks a queue for messages.</summary>
    public static bool IsReceive(this HttpRequest request) => HttpMethods.IsGet(request.Method) && IsQueue(request);

    // Other transactions are those of admission.
    private static bool IsTransaction(this HttpRequest request) =>
        request.HttpContext.Items[StorageProxy.TransactionBody] is string body && body.Contains($"/{TableNames.Logs}(", StringComparison.Ordinal);

    // The keys of parts that are staged while a batch still arrives.
    private static bool IsPart(this HttpRequest request) => Path(request).Contains("RowKey='p-", StringComparison.Ordinal);

    private static bool IsQueue(HttpRequest request) => Path(request).EndsWith("/messages", StringComparison.Ordinal);

    private static string Path(HttpRequest request) => request.Path.Value!;
}
