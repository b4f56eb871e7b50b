using Microsoft.AspNetCore.Http;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Agents;

/// <summary><c>POST /v1/register</c>: makes an agent and its key. Limited by client address, before the body is looked at.</summary>
public sealed class RegisterAgent(AgentStore agents, ClientGate gate, ClientAddress address, Plans plans)
{
    private const int MaxNameLength = 100;
    private const int MaxOwnerLength = 255;

    /// <summary>Serves the request.</summary>
    public async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var limit = new SlidingWindow("LithtrixRegistrations", plans.LithtrixRegistrationsPerHour, TimeSpan.FromHours(1));
        if (await gate.AdmitAsync(address.Of(context), limit) is { IsAdmitted: false, RetryAfter: var wait })
        {
            throw Lithtrix.RateLimited(wait);
        }

        var body = await AgentBody.ReadAsync(context.Request, cancellationToken);
        var name = body.Text("agent_name", MaxNameLength, letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-', "letters, digits, _ and -");
        var owner = body.Text("owner_identifier", MaxOwnerLength, letter => !char.IsControl(letter), "printable characters");
        body.Conclude();

        var agent = await agents.RegisterAsync(name, owner) ?? throw Lithtrix.AlreadyExists();
        context.Response.StatusCode = StatusCodes.Status201Created;
        await KeyAnswer.WriteAsync(context.Response, agent.Key, status: null, cancellationToken);
    }
}
