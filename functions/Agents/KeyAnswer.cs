using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Agents;

/// <summary>An answer that shows a key, for the only time.</summary>
internal static class KeyAnswer
{
    /// <summary>Writes it, past all caches.</summary>
    /// <param name="response">Where to; its status stands already.</param>
    /// <param name="key">The key.</param>
    /// <param name="status">The status it begins with; null for none.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public static Task WriteAsync(HttpResponse response, ApiKey key, string? status, CancellationToken cancellationToken)
    {
        response.Headers.CacheControl = "no-store";
        return JsonResponse.WriteAsync(
            response,
            writer =>
            {
                writer.WriteStartObject();
                if (status is not null)
                {
                    writer.WriteString("status", status);
                }

                writer.WriteString("api_key", key.Reveal());
                writer.WriteString("agent_id", AgentIds.Public(key.Account));
                writer.WriteString("message", "Keep this key in a safe place: it is not shown again");
                writer.WriteEndObject();
            },
            cancellationToken);
    }
}
