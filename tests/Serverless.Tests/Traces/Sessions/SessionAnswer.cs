using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Serverless.Tests.Traces.Sessions;

/// <summary>An answer of LumiqTrace.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body.</param>
/// <param name="RetryAfter">How many seconds to wait; null when the answer does not say.</param>
public sealed record SessionAnswer(int Status, string Body, int? RetryAfter = null)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>No session, or none any more.</summary>
    public static SessionAnswer NotAuthenticated { get; } = Error(401, "Not authenticated");

    /// <summary>A project of others.</summary>
    public static SessionAnswer NotAMember { get; } = Error(403, "Not a member of this organization");

    /// <summary>An organization that is not served.</summary>
    public static SessionAnswer Suspended { get; } = Error(403, "The organization is suspended");

    /// <summary>A project that does not exist.</summary>
    public static SessionAnswer ProjectNotFound { get; } = Error(404, "Project not found");

    /// <summary>An error.</summary>
    public static SessionAnswer Error(int status, string message) => new(status, new JsonObject { ["error"] = message }.ToJsonString(Readable));

    /// <summary>A limit that is used up.</summary>
    public static SessionAnswer RateLimited(int retryAfter) => Error(429, "Rate limit exceeded") with { RetryAfter = retryAfter };

    /// <summary>The token of the session that has begun.</summary>
    public string ReadToken()
    {
        Assert.True(Status == 200, ToString());
        return JsonNode.Parse(Body)!["token"]!.GetValue<string>();
    }

    /// <summary>Reads an answer that came over HTTP.</summary>
    public static async Task<SessionAnswer> OfAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var body = await response.Content.ReadAsStringAsync();
            Assert.Equal(body.Length > 0 ? "application/json; charset=utf-8" : null, response.Content.Headers.ContentType?.ToString());
            return new((int)response.StatusCode, body, (int?)response.Headers.RetryAfter?.Delta?.TotalSeconds);
        }
    }

    /// <summary>Reads an answer that was written to memory.</summary>
    public static SessionAnswer Of(HttpResponse response)
    {
        Assert.Equal("application/json; charset=utf-8", response.ContentType);
        var body = Encoding.UTF8.GetString(((MemoryStream)response.Body).ToArray());
        return new(response.StatusCode, body, response.Headers.RetryAfter is [{ } wait] ? int.Parse(wait, CultureInfo.InvariantCulture) : null);
    }
}
