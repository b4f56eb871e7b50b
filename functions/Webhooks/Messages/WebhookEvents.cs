namespace Serverless.Webhooks.Messages;

/// <summary>What endpoints can ask to be told of.</summary>
internal static class WebhookEvents
{
    /// <summary>What somebody has sent an endpoint to see whether it hears.</summary>
    public const string Test = "webhook.test";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = ["run.completed", "run.failed", "run.cancelled", "alert.fired", "alert.resolved"];
}
