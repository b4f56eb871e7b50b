using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Agents;

/// <summary><c>POST /v1/keys/rotate</c>: a new key; the old one is dead from that moment. What was used stays with the agent.</summary>
public sealed class RotateKey(SurfaceEndpoint endpoint, AgentAdmission admission, KeyStore keys)
{
    private const string FunctionName = "RotateAgentKey";

    private static readonly Answer<AgentKeyAnswer> Rotated = Answer.Json(200, "The new key.", AgentJson.Default.AgentKeyAnswer);

    /// <summary>The endpoint.</summary>
    internal static readonly ApiOperation Operation = new(FunctionName, "Replaces the API key; the old one ends at once, what was used stays")
    {
        Description = "Of several requests at once, one succeeds; the others get a 401.",
        Credentials = [Lithtrix.Key],
        Answers = [Rotated],
    };

    /// <summary><c>POST /v1/keys/rotate</c>: a new key in place of the old one.</summary>
    [Function(FunctionName)]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/keys/rotate")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var agent = await admission.AdmitAsync(context.Request);

        // There is none when another rotation of the same key was faster.
        var key = await keys.RotateAsync(agent.Key.Account, agent.Key.Id, grace: TimeSpan.Zero) ?? throw Lithtrix.InvalidApiKey();
        context.Response.Headers.CacheControl = "no-store";
        await Rotated.WriteAsync(context, AgentKeyAnswer.Of(key, status: "success"), cancellationToken);
    }
}
