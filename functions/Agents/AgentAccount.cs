using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Agents;

/// <summary>What an agent is told of itself.</summary>
public sealed class AgentAccount(AgentAdmission admission, UpgradeUrl upgradeUrl)
{
    private const int DaysShown = 30;

    /// <summary><c>GET /v1/me</c>.</summary>
    public Task ShowAsync(HttpContext context, CancellationToken cancellationToken) =>
        WriteAsync(
            context,
            (writer, agent) =>
            {
                writer.WriteString("agent_id", AgentIds.Public(agent.Account.Id));
                writer.WriteString("agent_name", agent.Account.Name);
                writer.WriteString("owner_identifier", agent.Account.Owner);
                writer.WriteTier("tier", agent.Usage.TierName);
            },
            cancellationToken);

    /// <summary><c>GET /v1/usage</c>.</summary>
    public Task ShowUsageAsync(HttpContext context, CancellationToken cancellationToken) =>
        WriteAsync(
            context,
            (writer, agent) =>
            {
                writer.WriteString("agent_id", AgentIds.Public(agent.Account.Id));
                writer.WriteTier("tier", agent.Usage.TierName);
                agent.Usage.Write(writer, upgradeUrl.For(context.Request));
                writer.WriteNumber("calls_this_month", agent.Usage.CallsThisMonth);
                writer.WriteStartObject("limits");
                writer.WriteLimits(agent.Usage.Tier);
                writer.WriteEndObject();
                WriteDays(writer, agent.Usage);
            },
            cancellationToken);

    /// <summary><c>GET /v1/billing</c>.</summary>
    public Task ShowBillingAsync(HttpContext context, CancellationToken cancellationToken) =>
        WriteAsync(context, (writer, agent) => writer.WriteBilling(agent.Account, agent.Usage), cancellationToken);

    private static void WriteDays(Utf8JsonWriter writer, AgentUsage usage)
    {
        writer.WriteStartArray("daily");
        foreach (var (date, count) in usage.Days.TakeLast(DaysShown))
        {
            writer.WriteStartObject();
            writer.WriteString("date", date.ToString("O", CultureInfo.InvariantCulture));
            writer.WriteNumber("calls", count);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter, AdmittedAgent> write, CancellationToken cancellationToken)
    {
        var agent = await admission.AdmitAsync(context.Request);
        await JsonResponse.WriteAsync(
            context.Response,
            writer =>
            {
                writer.WriteStartObject();
                write(writer, agent);
                writer.WriteEndObject();
            },
            cancellationToken);
    }
}
