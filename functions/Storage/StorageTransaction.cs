using Azure.Core;

namespace Serverless.Storage;

/// <summary>What a request to the storage account is about, as far as its method and address tell.</summary>
/// <param name="Operation">What is done, in a word.</param>
/// <param name="Resource">The table or queue; <c>$batch</c> for an entity-group transaction, whose address names none.</param>
internal readonly record struct StorageTransaction(string Operation, string Resource)
{
    private const string Messages = "messages";

    /// <summary>What a request is about.</summary>
    /// <param name="service">The service, <c>table</c> or <c>queue</c>.</param>
    /// <param name="request">The request.</param>
    public static StorageTransaction Of(string service, Request request) => Of(service, request.Method.Method, request.Uri.Path);

    /// <inheritdoc cref="Of(string, Request)"/>
    /// <param name="service">The service, <c>table</c> or <c>queue</c>.</param>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path, with or without the account before it.</param>
    public static StorageTransaction Of(string service, string method, string path)
    {
        var segments = path.Trim('/').Split('/');
        return service == "table" ? Table(method, segments[^1]) : Queue(method, segments);
    }

    private static StorageTransaction Table(string method, string target)
    {
        var end = target.IndexOf('(', StringComparison.Ordinal);
        var operation = target == "$batch" ? "transaction" : method switch
        {
            "GET" => "read",
            "POST" => "insert",
            "DELETE" => "delete",
            _ => "write",
        };
        return new(operation, end < 0 ? target : target[..end]);
    }

    private static StorageTransaction Queue(string method, string[] segments)
    {
        var messages = Array.LastIndexOf(segments, Messages);
        return messages < 1
            ? new(method == "GET" ? "look" : "manage", segments[^1])
            : new(
                method switch
                {
                    "POST" => "send",
                    "GET" => "receive",
                    "DELETE" => "delete",
                    _ => "update",
                },
                segments[messages - 1]);
    }
}
