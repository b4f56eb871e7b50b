using System.Text.Json;
using Serverless.Http;

namespace Serverless.Agents;

/// <summary>The Lithtrix contract: an error is a status, a code and a sentence.</summary>
public sealed class Lithtrix() : Surface(
    "/v1/register", "/v1/keys", "/v1/search", "/v1/me", "/v1/usage", "/v1/billing", "/v1/capabilities", "/v1/guide")
{
    /// <inheritdoc/>
    public override string Name => "Lithtrix";

    /// <inheritdoc/>
    protected override string UnavailableCode => "SERVICE_UNAVAILABLE";

    /// <inheritdoc/>
    public override void WriteError(Utf8JsonWriter writer, ApiError error, string requestId)
    {
        writer.WriteStartObject();
        writer.WriteString("status", "error");
        writer.WriteString("error_code", error.Code);
        writer.WriteString("message", error.Message);
        writer.WriteEndObject();
    }
}
