using Serverless.Prices;
using Serverless.Redaction;
using Serverless.Storage;

namespace Serverless.Tenancy;

/// <summary>What an account is.</summary>
public enum AccountKind
{
    /// <summary>An organization of people.</summary>
    Organization,

    /// <summary>An agent that registered itself.</summary>
    Agent,
}

/// <summary>Whoever owns keys: an organization, or an agent.</summary>
/// <param name="Id">Its partition: 12 hexadecimal digits.</param>
/// <param name="Kind">Which of the two it is.</param>
/// <param name="Name">Its name, for people.</param>
/// <param name="Status">A value of <see cref="TenantStatus"/>.</param>
/// <param name="LogPlan">Its LuminaLog plan.</param>
/// <param name="TracePlan">Its LumiqTrace plan.</param>
/// <param name="Tier">Its Lithtrix tier.</param>
public sealed record Account(string Id, AccountKind Kind, string Name, string Status, string LogPlan, string TracePlan, string Tier)
{
    /// <summary>Who is behind an agent, as it said when it registered; empty for organizations.</summary>
    public string Owner { get; init; } = "";

    /// <summary>What the payment provider calls an agent that pays; empty for all others.</summary>
    public string PaymentCustomer { get; init; } = "";

    /// <summary>What is taken out of its records before they are stored.</summary>
    public RedactionRules Redaction { get; init; } = RedactionRules.None;

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>What models cost the organization.</summary>
    public StoredPrices Prices { get; init; } = StoredPrices.None;

    /// <summary>Whether it has endpoints that are told of what happens: runs that are accepted from then on are announced.</summary>
    public bool HasWebhookEndpoints { get; init; }

    /// <summary>Whether its requests are served.</summary>
    public bool IsActive => Status == TenantStatus.Active;

    /// <summary>Reads the account of a partition; null when there is none, or none any more.</summary>
    public static Account? Read(LedgerView view)
    {
        if (!view.Exists(TenantRows.Account) || Text(TenantColumns.Status) == TenantStatus.Erased)
        {
            return null;
        }

        return new(
            view.Partition,
            Enum.Parse<AccountKind>(Text(TenantColumns.Kind)),
            Text(TenantColumns.Name),
            Text(TenantColumns.Status),
            Text(TenantColumns.LogPlan),
            Text(TenantColumns.TracePlan),
            Text(TenantColumns.Tier))
        {
            Owner = Text(TenantColumns.Owner),
            PaymentCustomer = Text(TenantColumns.PaymentCustomer),
            Redaction = RedactionRules.Parse(Text(TenantColumns.Redaction)),
            CreatedAt = view.Get(TenantRows.Account, TenantColumns.Created) as DateTimeOffset? ?? DateTimeOffset.UnixEpoch,
            HasWebhookEndpoints = view.Get(TenantRows.Account, TenantColumns.HasWebhookEndpoints) is true,
            Prices = StoredPrices.Of(view.Get<byte[]>(TenantRows.Account, TenantColumns.Prices)),
        };

        string Text(string column) => view.Get<string>(TenantRows.Account, column) ?? "";
    }

    /// <summary>Writes a new account.</summary>
    public void Write(LedgerView view)
    {
        Set(TenantColumns.Kind, Kind.ToString());
        Set(TenantColumns.Name, Name);
        Set(TenantColumns.Status, Status);
        Set(TenantColumns.LogPlan, LogPlan);
        Set(TenantColumns.TracePlan, TracePlan);
        Set(TenantColumns.Tier, Tier);
        Set(TenantColumns.Owner, Owner);
        Set(TenantColumns.Created, CreatedAt);

        void Set(string column, object value) => view.Set(TenantRows.Account, column, value);
    }
}
