namespace Serverless.Webhooks.Messages;

/// <summary>All that know what there is to tell.</summary>
public sealed class WebhookSources
{
    private readonly Dictionary<string, IWebhookSource> _byName;

    /// <summary>All of these.</summary>
    internal WebhookSources(IEnumerable<IWebhookSource> sources) => _byName = sources.ToDictionary(source => source.Name, StringComparer.Ordinal);

    /// <summary>What a message says; null when there is nothing to tell, or nothing any more.</summary>
    /// <exception cref="FormatException">It cannot be read, or no source has this name.</exception>
    internal Task<WebhookContent?> FindAsync(WebhookMessage message, CancellationToken cancellationToken) => _byName.TryGetValue(message.Source, out var source)
        ? source.FindAsync(message.Workspace, message.Id, cancellationToken)
        : throw new FormatException($"Nobody knows what a message of {message.Source} says.");
}
