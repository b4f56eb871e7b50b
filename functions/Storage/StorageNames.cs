namespace Serverless.Storage;

/// <summary>The tables of the storage account. The deployment declares the same names.</summary>
public static class TableNames
{
    /// <summary>Organizations and agents with their keys, users and sessions, one partition each.</summary>
    public const string Tenants = "tenants";

    /// <summary>What is counted by client address, one partition an address.</summary>
    public const string Clients = "clients";

    /// <summary>Chunks of log entries, one partition an organization.</summary>
    public const string Logs = "logs";

    /// <summary>Chunks of LLM events, what is known of each hour, and the figures of the hours, one partition a project.</summary>
    public const string Traces = "traces";

    /// <summary>Apps and triggers, one partition a workspace, and the key that signs webhooks.</summary>
    public const string Apps = "apps";

    /// <summary>Runs, one partition a workspace.</summary>
    public const string Runs = "runs";

    /// <summary>The endpoints that are told of what happens, what they were told and what came of it, one partition a workspace.</summary>
    public const string Webhooks = "webhooks";

    /// <summary>Answers of the search provider, one partition by hash prefix, and whether the provider is to be left alone.</summary>
    public const string Searches = "searches";

    /// <summary>Alerts and their changes, one partition a workspace.</summary>
    public const string Alerts = "alerts";

    /// <summary>Every table the application uses.</summary>
    public static IReadOnlyList<string> All { get; } = [Tenants, Clients, Logs, Traces, Apps, Runs, Webhooks, Searches, Alerts];
}

/// <summary>The queues of the storage account. The deployment declares the same names.</summary>
public static class QueueNames
{
    /// <summary>Accepted batches of log entries on their way into the table.</summary>
    public const string Logs = "logs";

    /// <summary>Accepted batches of LLM events on their way into the table.</summary>
    public const string Traces = "traces";

    /// <summary>Runs that are to be begun or gone on with.</summary>
    public const string Runs = "runs";

    /// <summary>What is to be told to endpoints, and to each of them.</summary>
    public const string Webhooks = "webhooks";

    /// <summary>The same, to those that are slow, so that they delay nobody else.</summary>
    public const string SlowWebhooks = "webhooks-slow";

    /// <summary>Triggers that wait for their time.</summary>
    public const string Triggers = "triggers";

    /// <summary>Every queue the application uses, the poison queues excepted: the host makes those when it needs them.</summary>
    public static IReadOnlyList<string> All { get; } = [Logs, Traces, Runs, Webhooks, SlowWebhooks, Triggers];
}
