using Microsoft.AspNetCore.Http;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Tenancy;
using Serverless.Traces.Requests;

namespace Serverless.Traces.Sessions;

/// <summary>Limits how often somebody may guess a password: by where the guesses come from, and by whom they are about.</summary>
public sealed class LoginAttempts(ClientGate gate, ClientAddress address, Plans plans)
{
    private readonly SlidingWindow _byAddress = new("TraceLogins", plans.TraceLoginsPerMinute, TimeSpan.FromMinutes(1));
    private readonly SlidingWindow _byEmail = new("TraceLogins", plans.TraceLoginsPerEmailPerQuarterHour, TimeSpan.FromMinutes(15));

    /// <summary>Counts an attempt for the address of its client.</summary>
    /// <exception cref="ApiException">429.</exception>
    public Task CountAsync(HttpContext context) => CountAsync(address.Of(context), _byAddress);

    /// <summary>Counts an attempt for an e-mail address, whether anybody has it or not.</summary>
    /// <exception cref="ApiException">429.</exception>
    public Task CountAsync(string email) => CountAsync(User.PartitionOf(User.Normalize(email)), _byEmail);

    private async Task CountAsync(string whose, Limit limit)
    {
        if (await gate.AdmitAsync(whose, limit) is { IsAdmitted: false } denial)
        {
            throw LumiqTrace.RateLimited(denial.RetryAfter);
        }
    }
}
