using System.Globalization;
using System.Text.Json.Serialization;
using Serverless.Http;

namespace Serverless.Webhooks.Messages;

/// <summary>The messages that somebody sends an endpoint to see whether it hears. What they say follows from their id alone.</summary>
internal sealed class TestMessages : IWebhookSource
{
    /// <summary>Its name.</summary>
    public const string SourceName = "test";

    /// <inheritdoc/>
    public string Name => SourceName;

    /// <summary>The id of a test of an endpoint at a time.</summary>
    public static string IdOf(string endpoint, DateTimeOffset at) => $"{endpoint}-{at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}";

    /// <summary>What a test says.</summary>
    /// <exception cref="FormatException">It is no id of one.</exception>
    public static WebhookContent Read(string id)
    {
        if (id.Split('-') is not [var endpoint, var time] || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
        {
            throw new FormatException($"No test is {id}.");
        }

        var data = JsonResponse.Body(new(endpoint, "This message was sent to see whether it arrives."), TestMessageJson.Default.TestMessage);
        return new($"test-{id}", WebhookEvents.Test, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), data);
    }

    /// <inheritdoc/>
    public Task<WebhookContent?> FindAsync(string workspace, string id, CancellationToken cancellationToken) => Task.FromResult<WebhookContent?>(Read(id));
}

/// <summary>What a test says.</summary>
internal sealed record TestMessage(string EndpointId, string Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TestMessage))]
internal sealed partial class TestMessageJson : JsonSerializerContext;
