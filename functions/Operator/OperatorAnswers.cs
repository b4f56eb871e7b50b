using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Http;
using Serverless.Storage;
using Serverless.Tenancy;

namespace Serverless.Operator;

/// <summary>An agent, as the operator sees it.</summary>
internal sealed record AgentAnswer(
    [property: Description("Its id, here.")] string Id,
    [property: Description("Its name, as it said.")] string Name,
    [property: Description("Who is behind it, as it said.")] string Owner,
    [property: Description("`active`, or `suspended`: its key is answered 403.")] string Status,
    [property: Description("Its tier.")] string Tier,
    [property: Description("When it registered.")] DateTime CreatedAt)
{
    public static AgentAnswer Of(Account account) =>
        new(account.Id, account.Name, account.Owner, account.Status, account.Tier, account.CreatedAt.UtcDateTime);
}

/// <summary>A row that cannot be read.</summary>
internal sealed record UnreadableAnswer(
    [property: Description("Its table.")] string Table,
    [property: Description("Its partition key.")] string Partition,
    [property: Description("Its row key.")] string Row,
    [property: Description("What is wrong with it.")] string Reason,
    [property: Description("When that was found.")] DateTime Since,
    [property: Description("Whether it has been set aside by now.")] bool SetAside)
{
    public static UnreadableAnswer Of(UnreadableRow row) => new(row.Table, row.Partition, row.Row, row.Reason, row.Since.UtcDateTime, row.IsAside);
}

/// <summary>How many rows were put back.</summary>
internal sealed record RestoredAnswer([property: Description("How many rows were put back.")] int Restored);

/// <summary>How much is in a queue.</summary>
internal sealed record QueueAnswer(
    [property: Description("The queue.")] string Name,
    [property: Description("How many messages it has, those included that wait for their time; approximately.")] int Length,
    [property: Description("How many of its messages were set aside because they could not be processed; approximately.")] int Poison,
    [property: Description("When the first message that can be taken was put in; null when there is none.")] DateTime? Oldest)
{
    public static QueueAnswer Of(QueueLevel level) => new(level.Queue, level.Messages, level.Poison, level.Oldest?.InsertedOn?.UtcDateTime);
}

/// <summary>A queue's messages that could not be processed, counted.</summary>
internal sealed record PoisonQueueAnswer(
    [property: Description("The queue.")] string Queue,
    [property: Description("How many of its messages were set aside, approximately.")] int Count);

/// <summary>A message that could not be processed.</summary>
internal sealed record PoisonMessageAnswer(
    [property: Description("Its id, by which it is replayed or dropped.")] string Id,
    [property: Description("When it was set aside.")] DateTime? InsertedAt,
    [property: Description("Its size, decoded.")] int Bytes,
    [property: Description("Its first line, when that is a JSON object: what a chunk says of itself. Null when it is none.")] JsonElement? Header);

/// <summary>How many messages were replayed or dropped.</summary>
internal sealed record PoisonOutcomeAnswer(
    [property: Description("The queue they came from.")] string Queue,
    [property: Description("How many were put back into it.")] int Replayed,
    [property: Description("How many were dropped.")] int Dropped);

/// <summary>How the service is.</summary>
internal sealed record StatusAnswer([property: Description("`ok`, or `ready`.")] string Status);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Answered<AgentAnswer>))]
[JsonSerializable(typeof(Page<AgentAnswer>))]
[JsonSerializable(typeof(Answered<IEnumerable<UnreadableAnswer>>))]
[JsonSerializable(typeof(Answered<RestoredAnswer>))]
[JsonSerializable(typeof(Answered<IEnumerable<QueueAnswer>>))]
[JsonSerializable(typeof(Answered<IEnumerable<PoisonQueueAnswer>>))]
[JsonSerializable(typeof(Answered<IEnumerable<PoisonMessageAnswer>>))]
[JsonSerializable(typeof(Answered<PoisonOutcomeAnswer>))]
[JsonSerializable(typeof(StatusAnswer))]
internal sealed partial class OperatorJson : JsonSerializerContext;
