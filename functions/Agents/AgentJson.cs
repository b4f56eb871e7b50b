using System.Text.Json;
using Serverless.Tenancy;

namespace Serverless.Agents;

/// <summary>How the contract writes what more than one of its answers has.</summary>
internal static class AgentJson
{
    /// <summary>Writes a figure that may be unlimited, which is <c>null</c>.</summary>
    public static void WriteNumberOrNull(this Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    /// <summary>Writes what a tier allows, as properties of an object.</summary>
    public static void WriteLimits(this Utf8JsonWriter writer, AgentTier tier)
    {
        writer.WriteNumber("requests_per_minute", tier.RequestsPerMinute);
        writer.WriteNumberOrNull("lifetime_calls", tier.Cap);
    }

    /// <summary>Writes what an agent pays for, as properties of an object.</summary>
    public static void WriteBilling(this Utf8JsonWriter writer, Account account, AgentUsage usage)
    {
        writer.WriteTier("tier", usage.TierName);
        writer.WriteNumber("calls_total", usage.Calls);
        writer.WriteNumberOrNull("call_limit", usage.Tier.Cap);
        writer.WriteBoolean("over_limit", usage.IsOverLimit);
        writer.WriteString("stripe_customer_id", account.PaymentCustomer.Length > 0 ? account.PaymentCustomer : null);
    }

    /// <summary>Writes the name of a tier.</summary>
    public static void WriteTier(this Utf8JsonWriter writer, string property, string tier) => writer.WriteString(property, tier.ToLowerInvariant());
}
