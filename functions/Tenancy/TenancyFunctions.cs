using Microsoft.Azure.Functions.Worker;

namespace Serverless.Tenancy;

/// <summary>The triggers that keep the tenants in order.</summary>
public sealed class TenancyFunctions(ExpiredRows rows)
{
#pragma warning disable IDE0060 // A trigger needs its parameter, whether the function looks at it or not.
    /// <summary>Removes expired rows, every night.</summary>
    [Function("RemoveExpiredRows")]
    public Task RemoveExpiredAsync([TimerTrigger("0 30 3 * * *")] TimerInfo timer, CancellationToken cancellationToken) => rows.RemoveAsync(cancellationToken);
#pragma warning restore IDE0060
}
