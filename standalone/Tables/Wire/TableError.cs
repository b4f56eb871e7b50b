using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Azure.Core;

namespace Azure.Data.Tables.Wire;

/// <summary>Reads the service's error body: {"odata.error":{"code":"…","message":{"value":"…"}}}.</summary>
internal sealed class TableError : RequestFailedDetailsParser
{
    /// <summary>Where in the exception's data the index of a transaction's failed action is kept.</summary>
    public const string FailedActionKey = "FailedEntity";

    private static readonly TableError Parser = new();

    /// <summary>Makes an exception of an error response.</summary>
    public static RequestFailedException ToException(Response response) => new(response, innerException: null, Parser);

    /// <inheritdoc/>
    public override bool TryParse(Response response, [NotNullWhen(true)] out ResponseError? error, out IDictionary<string, string>? data)
    {
        error = null;
        data = null;
        if (!TryParse(response.Content, out var code, out var message))
        {
            return false;
        }

        error = new ResponseError(code, message);
        // In a transaction the message starts with the index of the action that failed: "3:The specified entity already exists."
        if (message?.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
            && int.TryParse(message.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            data = new Dictionary<string, string>(StringComparer.Ordinal) { [FailedActionKey] = index.ToString(CultureInfo.InvariantCulture) };
        }

        return true;
    }

    private static bool TryParse(BinaryData content, out string? code, out string? message)
    {
        code = null;
        message = null;
        try
        {
            using var document = JsonDocument.Parse(content);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("odata.error", out var error))
            {
                return false;
            }

            code = error.GetProperty("code").GetString();
            message = error.GetProperty("message").GetProperty("value").GetString();
            return true;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // A proxy's page or a cut-off body: the status alone must do.
            return false;
        }
    }
}
