using System.ComponentModel;
using System.Text.Json.Serialization;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Prices;
using Serverless.Redaction;
using Serverless.Tenancy;

namespace Serverless.Organizations;

/// <summary>An organization.</summary>
internal record OrganizationAnswer(
    [property: Description("Its id.")] string Id,
    [property: Description("Its name, for people.")] string Name,
    [property: Description("`active`, or `suspended`: its keys are answered 403.")] string Status,
    [property: Description("Its LuminaLog plan.")] string LogPlan,
    [property: Description("Its LumiqTrace plan.")] string TracePlan,
    [property: Description("When it was made.")] DateTime CreatedAt)
{
    public static OrganizationAnswer Of(Account account) =>
        new(account.Id, account.Name, account.Status, account.LogPlan, account.TracePlan, account.CreatedAt.UtcDateTime);
}

/// <summary>A project.</summary>
internal sealed record ProjectAnswer(
    [property: Description("Its id.")] string Id,
    [property: Description("Its name, for people.")] string Name,
    [property: Description("`active`, or `suspended`: it takes nothing in.")] string Status,
    [property: Description("The version of its configuration: 1 at first, and one more with every change.")] int Cv,
    [property: Description("When it was made.")] DateTime CreatedAt)
{
    [Description("How its clients are to behave; absent unless it was said."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SdkConfiguration? SdkConfig { get; init; }

    public static ProjectAnswer Of(Project project) =>
        new(project.Id, project.Name, project.Status, project.ConfigurationVersion, project.CreatedAt.UtcDateTime)
        {
            SdkConfig = project.ClientConfiguration.Length > 0 ? SdkConfiguration.Parse(project.ClientConfiguration) : null,
        };
}

/// <summary>A member.</summary>
internal sealed record MemberAnswer(
    [property: Description("The id of the user.")] string UserId,
    [property: Description("The e-mail address, in lower case.")] string Email,
    [property: Description("What the member may do: `owner`, `admin` or `member`.")] string Role,
    [property: Description("Whether the membership is `active`.")] string Status,
    [property: Description("When the user became a member.")] DateTime CreatedAt)
{
    public static MemberAnswer Of(Member member) => new(member.UserId, member.Email, member.Role, member.Status, member.CreatedAt.UtcDateTime);
}

/// <summary>A key: never its hash, and its text only when it has just been made.</summary>
internal record KeyAnswer(
    [property: Description("Its id.")] string Id,
    [property: Description("How it begins, which is the surface it is for.")] string Prefix,
    [property: Description("Its name, for people.")] string Name,
    [property: Description("`active`, `expired` or `revoked`.")] string Status,
    [property: Description("What it may do, where its surface asks.")] IReadOnlyList<string> Scopes,
    [property: Description("The project it is bound to; null for none.")] string? Project,
    [property: Description("The requests a minute of the key itself; null where there is no such limit.")] long? RequestsPerMinute,
    [property: Description("When it ends; null for never.")] DateTime? ExpiresAt,
    [property: Description("The id of the key that took its place; null for none.")] string? ReplacedBy,
    [property: Description("When it was made.")] DateTime CreatedAt)
{
    [Description("The key itself, in the answer that makes it alone."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
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
internal sealed record UsageAnswer(
    [property: Description("The id of the organization.")] string Organization,
    [property: Description("The month, such as `2026-11`.")] string Month,
    [property: Description("Its use of LuminaLog.")] LogUsageAnswer Logs,
    [property: Description("Its use of LumiqTrace.")] TraceUsageAnswer Traces)
{
    public static UsageAnswer Of(Usage usage, Plans plans, DateTimeOffset now)
    {
        var plan = plans.TracePlanOf(usage.Account);
        return new(
            usage.Account.Id,
            now.UtcDateTime.ToString("yyyy-MM"),
            new(usage.Account.LogPlan, usage.LogBytes, plans.LogPlanOf(usage.Account).BytesPerMonth),
            new(usage.Account.TracePlan, usage.TraceEvents, plan.EventsPerMonth, usage.TraceSteps, plan.StepsPerMonth));
    }
}

/// <summary>LuminaLog's part of the usage.</summary>
internal sealed record LogUsageAnswer(
    [property: Description("The plan.")] string Plan,
    [property: Description("The bytes of entries this month.")] long BytesUsed,
    [property: Description("The bytes that the plan allows a month.")] long BytesPerMonth);

/// <summary>LumiqTrace's part of the usage.</summary>
internal sealed record TraceUsageAnswer(
    [property: Description("The plan.")] string Plan,
    [property: Description("The events this month.")] long EventsUsed,
    [property: Description("The events that the plan allows a month.")] long EventsPerMonth,
    [property: Description("The steps this month: spans that call no model.")] long StepsUsed,
    [property: Description("The steps that the plan allows a month: ten for each event.")] long StepsPerMonth);

/// <summary>What models cost an organization.</summary>
internal sealed record PricesAnswer(
    [property: Description("The prices of the organization itself, in the order they were given in. Where one fits, no other counts.")] IEnumerable<PriceAnswer> Prices,
    [property: Description("The prices that hold where none of these fits.")] BuiltInPricesAnswer BuiltIn)
{
    public static PricesAnswer Of(Account account) =>
        new(account.Prices.Own.Select(PriceAnswer.Of), new(BuiltInPrices.AsOf, BuiltInPrices.All.Select(PriceAnswer.Of)));
}

/// <summary>The prices that are built in.</summary>
internal sealed record BuiltInPricesAnswer(
    [property: Description("The day of the table: what providers have changed since is not in it.")] DateOnly AsOf,
    [property: Description("The prices.")] IEnumerable<PriceAnswer> Prices);

/// <summary>The price of a model.</summary>
internal sealed record PriceAnswer(
    [property: Description("The model; with `*` at its end, all whose names begin so.")] string Model,
    [property: Description("A million tokens sent, in US dollars.")] decimal Input,
    [property: Description("A million tokens received, in US dollars.")] decimal Output,
    [property: Description("A million tokens sent that came from a cache, in US dollars; null for the price of all tokens sent.")] decimal? CachedInput,
    [property: Description("The day, UTC, from which on it holds; null for ever since.")] DateOnly? From)
{
    public static PriceAnswer Of(ModelPrice price) => new(price.Model, price.Input, price.Output, price.CachedInput, price.From);
}

/// <summary>What is taken out of records before they are stored.</summary>
internal record RedactionAnswer(
    [property: Description("Whether e-mail addresses are; `[email]` stands for each.")] bool Emails,
    [property: Description("Whether numbers of payment cards are; `[card]` stands for each.")] bool Cards,
    [property: Description("Whether IPv4 and IPv6 addresses are; `[ip]` stands for each.")] bool Addresses,
    [property: Description("Names whose values are, in whatever case; `[redacted]` stands for each.")] IReadOnlyList<string> Keys)
{
    public static RedactionAnswer Of(RedactionRules rules) => new(rules.Emails, rules.Cards, rules.Addresses, rules.Keys);
}

/// <summary>What is taken out of the events of a project before they are stored.</summary>
internal sealed record ProjectRedactionAnswer(
    [property: Description("Whether the project takes out e-mail addresses.")] bool Emails,
    [property: Description("Whether it takes out numbers of payment cards.")] bool Cards,
    [property: Description("Whether it takes out IPv4 and IPv6 addresses.")] bool Addresses,
    [property: Description("Names whose values it takes out.")] IReadOnlyList<string> Keys,
    [property: Description("What is taken out in all: what the project says, and what its organization does.")] RedactionAnswer Effective)
{
    public static ProjectRedactionAnswer Of(RedactionRules own, RedactionRules organization) =>
        new(own.Emails, own.Cards, own.Addresses, own.Keys, RedactionAnswer.Of(organization.With(own)));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Answered<OrganizationAnswer>))]
[JsonSerializable(typeof(Page<OrganizationAnswer>))]
[JsonSerializable(typeof(Answered<UsageAnswer>))]
[JsonSerializable(typeof(Answered<PricesAnswer>))]
[JsonSerializable(typeof(Answered<ProjectAnswer>))]
[JsonSerializable(typeof(Page<ProjectAnswer>))]
[JsonSerializable(typeof(Answered<ErasureAnswer>))]
[JsonSerializable(typeof(Answered<RedactionAnswer>))]
[JsonSerializable(typeof(Answered<ProjectRedactionAnswer>))]
[JsonSerializable(typeof(Answered<MemberAnswer>))]
[JsonSerializable(typeof(Page<MemberAnswer>))]
[JsonSerializable(typeof(Answered<KeyAnswer>))]
[JsonSerializable(typeof(Page<KeyAnswer>))]
internal sealed partial class OrganizationJson : JsonSerializerContext;
