using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Agents;

/// <summary><c>POST /v1/register</c>: makes an agent and its key. Limited by client address, before the body is looked at.</summary>
public sealed class RegisterAgent(SurfaceEndpoint endpoint, AgentStore agents, ClientGate gate, ClientAddress address, Plans plans)
{
    /// <summary>A body, as it may be.</summary>
    internal const string Example = """{"agent_name":"my-agent","owner_identifier":"you@example.com"}""";

    private static readonly TextField Name = new("agent_name", "The name of the agent.")
    {
        IsRequired = true,
        MinLength = 1,
        MaxLength = 100,
        Rule = new(static text => text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-'), "letters, digits, _ and -") { Pattern = "^[A-Za-z0-9_-]*$" },
    };

    private static readonly TextField Owner = new("owner_identifier", "Who is behind the agent, such as an e-mail address.")
    {
        IsRequired = true,
        MinLength = 1,
        MaxLength = 255,
        Rule = AgentRequest.Printable,
    };

    private static readonly Answer<AgentKeyAnswer> Registered = Answer.Json(201, "The key of the new agent.", AgentJson.Default.AgentKeyAnswer);

    /// <summary>The endpoint.</summary>
    internal static readonly ApiOperation Operation = new(nameof(RegisterAgent), "Registers an agent and shows its API key, for the only time")
    {
        Description = "A pair of a name and an owner can be registered once, exactly as it is spelled. Other fields are ignored. How often an address may try is limited.",
        Body = AgentRequest.Body(Name, Owner) with { Example = Example },
        Answers = [Registered],
        Errors = [Lithtrix.AlreadyExists().Error, Lithtrix.RateLimited(TimeSpan.FromMinutes(3)).Error],
    };

    /// <summary><c>POST /v1/register</c>: a new agent.</summary>
    [Function(nameof(RegisterAgent))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/register")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var limit = new SlidingWindow("LithtrixRegistrations", plans.LithtrixRegistrationsPerHour, TimeSpan.FromHours(1));
        var decision = await gate.AdmitAsync(address.Of(context), limit);
        RateLimitHeaders.Write(context.Response.Headers, ("address", limit, decision));
        if (!decision.IsAdmitted)
        {
            throw Lithtrix.RateLimited(decision.RetryAfter);
        }

        var body = await AgentRequest.ReadBodyAsync(context, Operation, cancellationToken);
        var (name, owner) = (body.Read(Name), body.Read(Owner));
        body.Problems.Conclude();

        var agent = await agents.RegisterAsync(name!, owner!) ?? throw Lithtrix.AlreadyExists();
        context.Response.Headers.CacheControl = "no-store";
        await Registered.WriteAsync(context, AgentKeyAnswer.Of(agent.Key, status: null), cancellationToken);
    }
}
