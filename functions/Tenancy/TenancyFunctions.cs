using Microsoft.Azure.Functions.Worker;

namespace Serverless.Tenancy;

/// <summary>The triggers that keep the tenants in order.</summary>
public sealed class TenancyFunctions(ExpiredRows rows, Eraser eraser)
{
#pragma warning disable IDE0060 // A trigger needs its parameter, whether the function looks at it or not.
    /// <summary>Removes expired rows: once a day, and what a run did not get to, an hour later.</summary>
    [Function("RemoveExpiredRows")]
    public Task RemoveExpiredAsync([TimerTrigger("0 30 * * * *")] TimerInfo timer, CancellationToken cancellationToken) => rows.RemoveAsync(cancellationToken);

    /// <summary>Removes the data of what was deleted, every ten minutes.</summary>
    [Function("EraseTenants")]
    public Task EraseAsync([TimerTrigger("0 3/10 * * * *")] TimerInfo timer, CancellationToken cancellationToken) => eraser.RunAsync(cancellationToken);
#pragma warning restore IDE0060
}
