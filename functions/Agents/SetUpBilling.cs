using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Agents;

/// <summary><c>POST /v1/billing/setup</c>: the agent pays from now on, and gets the tier for it. It may repeat that.</summary>
public sealed class SetUpBilling(AgentAdmission admission, IPaymentProvider payments, AccountStore accounts, Plans plans)
{
    private const int MaxLength = 255;

    /// <summary>Serves the request.</summary>
    public async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var agent = await admission.AdmitAsync(context.Request);
        var body = await AgentBody.ReadAsync(context.Request, cancellationToken);
        var method = body.Text("payment_method_id", MaxLength, letter => !char.IsControl(letter), "printable characters");
        body.Conclude();

        var account = agent.Usage.TierName == Plans.PaidTier ? agent.Account : await UpgradeAsync(agent.Account, method, cancellationToken);
        var usage = agent.Usage with { TierName = plans.TierNameOf(account), Tier = plans.TierOf(account) };
        await JsonResponse.WriteAsync(
            context.Response,
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("status", "success");
                writer.WriteBilling(account, usage);
                writer.WriteEndObject();
            },
            cancellationToken);
    }

    private async Task<Account> UpgradeAsync(Account account, string method, CancellationToken cancellationToken)
    {
        var customer = await payments.SetUpAsync(new(AgentIds.Public(account.Id), method), cancellationToken) ?? throw Lithtrix.PaymentDeclined();
        var changes = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [TenantColumns.Tier] = Plans.PaidTier,
            [TenantColumns.PaymentCustomer] = customer,
        };
        return (await accounts.UpdateAsync(account.Id, changes))!;
    }
}
