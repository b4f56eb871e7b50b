using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Agents;

/// <summary><c>POST /v1/billing/setup</c>: the agent pays from now on, and gets the tier for it. It may repeat that.</summary>
public sealed class SetUpBilling(SurfaceEndpoint endpoint, AgentAdmission admission, IPaymentProvider payments, AccountStore accounts, Plans plans)
{
    /// <summary>A body, as it may be.</summary>
    internal const string Example = """{"payment_method_id":"…"}""";

    private const string FunctionName = "SetUpAgentBilling";

    private static readonly TextField Method = new("payment_method_id", "What the payment provider gave the agent to pay with.")
    {
        IsRequired = true,
        MinLength = 1,
        MaxLength = 255,
        Rule = AgentRequest.Printable,
    };

    private static readonly Answer<AgentBillingAnswer> Done = Answer.Json(200, "What the agent pays for from now on.", AgentJson.Default.AgentBillingAnswer);

    /// <summary>The endpoint.</summary>
    internal static readonly ApiOperation Operation = new(FunctionName, "Has the agent pay, and raises its tier")
    {
        Description = "May be repeated: an agent that pays already is not charged again.",
        Credentials = [Lithtrix.Key],
        Body = AgentRequest.Body(Method) with { Example = Example },
        Answers = [Done],
        Errors = [Lithtrix.PaymentDeclined().Error, Lithtrix.NotConfigured("Payment", PaymentOptions.ProviderSetting).Error],
    };

    /// <summary><c>POST /v1/billing/setup</c>: a higher tier.</summary>
    [Function(FunctionName)]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/billing/setup")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var agent = await admission.AdmitAsync(context.Request);
        var body = await AgentRequest.ReadBodyAsync(context, Operation, cancellationToken);
        var method = body.Read(Method);
        body.Problems.Conclude();

        var account = agent.Usage.TierName == Plans.PaidTier ? agent.Account : await UpgradeAsync(agent.Account, method!, cancellationToken);
        var usage = agent.Usage with { TierName = plans.TierNameOf(account), Tier = plans.TierOf(account) };
        await Done.WriteAsync(context, AgentBillingAnswer.Of(account, usage, status: "success"), cancellationToken);
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
