using System.ComponentModel;
using System.Text.Json.Serialization;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Organizations;
using Serverless.Tenancy;

namespace Serverless.Members;

/// <summary>An organization, as its members see it.</summary>
internal sealed record OwnOrganizationAnswer : OrganizationAnswer
{
    private OwnOrganizationAnswer(OrganizationAnswer organization)
        : base(organization)
    {
    }

    [Description("What it has used this month, and what its plans allow."), JsonPropertyOrder(1)]
    public required UsageAnswer Usage { get; init; }

    public static OwnOrganizationAnswer Of(Usage usage, Plans plans, DateTimeOffset now) =>
        new(Of(usage.Account)) { Usage = UsageAnswer.Of(usage, plans, now) };
}

/// <summary>A key, with its use.</summary>
internal sealed record UsedKeyAnswer : KeyAnswer
{
    private const int DaysShown = 30;

    private UsedKeyAnswer(KeyAnswer key)
        : base(key)
    {
    }

    [Description("When it was used last; null when it never was."), JsonPropertyOrder(1)]
    public required DateTime? LastUsedAt { get; init; }

    [Description("How often it was used on each of the last 30 days, UTC, the oldest day first."), JsonPropertyOrder(1)]
    public required IEnumerable<UsesOfDay> UsesByDay { get; init; }

    public static UsedKeyAnswer Of(KeyRecord key, DateTimeOffset now) => new(KeyAnswer.Of(key, now))
    {
        LastUsedAt = key.LastUsedAt?.UtcDateTime,
        UsesByDay = KeyUse.ByDay(key, now).TakeLast(DaysShown).Select(day => new UsesOfDay(day.Date, day.Count)),
    };
}

/// <summary>The uses of a day.</summary>
internal sealed record UsesOfDay(
    [property: Description("The day, UTC.")] DateOnly Date,
    [property: Description("How often it was used.")] long Count);

/// <summary>A saved query.</summary>
internal sealed record SavedQueryAnswer(
    [property: Description("Its id.")] string Id,
    [property: Description("Its name.")] string Name,
    [property: Description("What it asks, as `GET /v1/logs?query=` takes it.")] string Query,
    [property: Description("When it was saved first.")] DateTime CreatedAt,
    [property: Description("The e-mail address of whoever saved it.")] string CreatedBy)
{
    public static SavedQueryAnswer Of(SavedQuery query) => new(query.Id, query.Name, query.Text, query.CreatedAt.UtcDateTime, query.CreatedBy);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Answered<OwnOrganizationAnswer>))]
[JsonSerializable(typeof(Page<UsedKeyAnswer>))]
[JsonSerializable(typeof(Answered<SavedQueryAnswer>))]
[JsonSerializable(typeof(Answered<IEnumerable<SavedQueryAnswer>>))]
internal sealed partial class MembersJson : JsonSerializerContext;
