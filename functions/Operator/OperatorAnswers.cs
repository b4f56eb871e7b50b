using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Admission;
using Serverless.Storage;
using Serverless.Tenancy;

namespace Serverless.Operator;

/// <summary>An organization, as the operator sees it.</summary>
internal sealed record OrganizationAnswer(string Id, string Name, string Status, string LogPlan, string TracePlan, DateTime CreatedAt)
{
    public static OrganizationAnswer Of(Account account) =>
        new(account.Id, account.Name, account.Status, account.LogPlan, account.TracePlan, account.CreatedAt.UtcDateTime);
}

/// <summary>An agent, as the operator sees it.</summary>
internal sealed record AgentAnswer(string Id, string Name, string Owner, string Status, string Tier, DateTime CreatedAt)
{
    public static AgentAnswer Of(Account account) =>
        new(account.Id, account.Name, account.Owner, account.Status, account.Tier, account.CreatedAt.UtcDateTime);
}

/// <summary>A project, as the operator sees it.</summary>
internal sealed record ProjectAnswer(string Id, string Name, string Status, int Cv, DateTime CreatedAt)
{
    public static ProjectAnswer Of(Project project) =>
        new(project.Id, project.Name, project.Status, project.ConfigurationVersion, project.CreatedAt.UtcDateTime);
}

/// <summary>A row that cannot be read.</summary>
internal sealed record UnreadableAnswer(string Table, string Partition, string Row, string Reason, DateTime Since, bool SetAside)
{
    public static UnreadableAnswer Of(UnreadableRow row) => new(row.Table, row.Partition, row.Row, row.Reason, row.Since.UtcDateTime, row.IsAside);
}

/// <summary>How many rows were put back.</summary>
internal sealed record RestoredAnswer(int Restored);

/// <summary>A member, as the operator sees them.</summary>
internal sealed record MemberAnswer(string UserId, string Email, string Role, string Status, DateTime CreatedAt)
{
    public static MemberAnswer Of(Member member) => new(member.UserId, member.Email, member.Role, member.Status, member.CreatedAt.UtcDateTime);
}

/// <summary>A key, as the operator sees it: never its hash, and its text only when it has just been made.</summary>
internal sealed record KeyAnswer(
    string Id,
    string Prefix,
    string Name,
    string Status,
    IReadOnlyList<string> Scopes,
    string? Project,
    long? RequestsPerMinute,
    DateTime? ExpiresAt,
    string? ReplacedBy,
    DateTime CreatedAt)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Key { get; init; }

    public static KeyAnswer Of(KeyRecord key, DateTimeOffset now, ApiKey? text = null) => new(
        key.Id,
        key.Prefix,
        key.Name,
        key.Status == TenantStatus.Active && !key.IsValidAt(now) ? "expired" : key.Status,
        key.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        OrNull(key.Project),
        key.RequestsPerMinute,
        key.ExpiresAt?.UtcDateTime,
        OrNull(key.ReplacedBy),
        key.CreatedAt.UtcDateTime)
    {
        Key = text?.Reveal(),
    };

    private static string? OrNull(string text) => text.Length == 0 ? null : text;
}

/// <summary>What an organization has used this month, and what its plans allow.</summary>
internal sealed record UsageAnswer(string Organization, string Month, LogUsageAnswer Logs, TraceUsageAnswer Traces)
{
    public static UsageAnswer Of(Usage usage, Plans plans, DateTimeOffset now) => new(
        usage.Account.Id,
        now.UtcDateTime.ToString("yyyy-MM"),
        new(usage.Account.LogPlan, usage.LogBytes, plans.LogPlanOf(usage.Account).BytesPerMonth),
        new(usage.Account.TracePlan, usage.TraceEvents, plans.TracePlanOf(usage.Account).EventsPerMonth));
}

/// <summary>LuminaLog's part of the usage.</summary>
internal sealed record LogUsageAnswer(string Plan, long BytesUsed, long BytesPerMonth);

/// <summary>LumiqTrace's part of the usage.</summary>
internal sealed record TraceUsageAnswer(string Plan, long EventsUsed, long EventsPerMonth);

/// <summary>A queue's messages that could not be processed, counted.</summary>
internal sealed record PoisonQueueAnswer(string Queue, int Count);

/// <summary>A message that could not be processed.</summary>
/// <param name="Id">Its id, by which it is replayed or dropped.</param>
/// <param name="InsertedAt">When it was set aside.</param>
/// <param name="Bytes">Its size, decoded.</param>
/// <param name="Header">Its first line, when that is a JSON object: what a chunk says of itself.</param>
internal sealed record PoisonMessageAnswer(string Id, DateTime? InsertedAt, int Bytes, JsonElement? Header);

/// <summary>How many messages were replayed or dropped.</summary>
internal sealed record PoisonOutcomeAnswer(string Queue, int Replayed, int Dropped);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(UnreadableAnswer))]
[JsonSerializable(typeof(RestoredAnswer))]
[JsonSerializable(typeof(OrganizationAnswer))]
[JsonSerializable(typeof(AgentAnswer))]
[JsonSerializable(typeof(ProjectAnswer))]
[JsonSerializable(typeof(MemberAnswer))]
[JsonSerializable(typeof(KeyAnswer))]
[JsonSerializable(typeof(UsageAnswer))]
[JsonSerializable(typeof(PoisonQueueAnswer))]
[JsonSerializable(typeof(PoisonMessageAnswer))]
[JsonSerializable(typeof(PoisonOutcomeAnswer))]
internal sealed partial class OperatorJson : JsonSerializerContext;
