namespace Serverless.Webhooks.Messages;

/// <summary>
/// Knows what messages of its kind tell of. Nothing that is sent is kept beside it: what a message says is made of it at each try, so that it says the same.
/// </summary>
internal interface IWebhookSource
{
    /// <summary>What tells it from all others, such as <c>run</c>.</summary>
    string Name { get; }

    /// <summary>What a message says; null when there is nothing to tell, or nothing any more.</summary>
    /// <param name="workspace">Whose it is.</param>
    /// <param name="id">What it tells of. The same one has the same content at all times.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FormatException">It cannot be read.</exception>
    Task<WebhookContent?> FindAsync(string workspace, string id, CancellationToken cancellationToken);
}

/// <summary>What a message says.</summary>
/// <param name="Id">What tells the message from all others of the workspace, in letters, digits and hyphens.</param>
/// <param name="Type">What has happened, such as <c>run.completed</c>.</param>
/// <param name="At">When it happened.</param>
/// <param name="Data">What there is to say of it, in JSON.</param>
internal sealed record WebhookContent(string Id, string Type, DateTimeOffset At, ReadOnlyMemory<byte> Data)
{
    /// <summary>The address that wants this one message, whatever endpoints there are; null for none.</summary>
    public string? Url { get; init; }
}
