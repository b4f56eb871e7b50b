using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Agents;

/// <summary><c>POST /v1/keys/rotate</c>: a new key; the old one is dead from that moment. What was used stays with the agent.</summary>
public sealed class RotateKey(AgentAdmission admission, KeyStore keys)
{
    /// <summary>Serves the request.</summary>
    /// <exception cref="ApiException">401 also when another rotation of the same key was faster.</exception>
    public async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var agent = await admission.AdmitAsync(context.Request);
        var key = await keys.RotateAsync(agent.Key.Account, agent.Key.Id, grace: TimeSpan.Zero) ?? throw Lithtrix.InvalidApiKey();
        await KeyAnswer.WriteAsync(context.Response, key, status: "success", cancellationToken);
    }
}
