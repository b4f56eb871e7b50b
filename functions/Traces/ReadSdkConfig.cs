using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Tenancy;
using Serverless.Traces.Requests;

namespace Serverless.Traces;

/// <summary>
/// <c>GET /v1/sdk/config</c>: how the clients of a project are to behave. They ask when the <c>cv</c> of an answer to a batch is higher than that of what they
/// know, with the key they send events with.
/// </summary>
public sealed class ReadSdkConfig(SurfaceEndpoint endpoint, TraceAdmission admission)
{
    private static readonly Answer<SdkConfigAnswer> Found = Answer.Json(200, "The configuration.", TraceJson.Default.SdkConfigAnswer) with
    {
        Example = """{"cv":7,"rules":[],"sample_rate":0.2,"pii_redact_keys":["ssn"],"model_override":{"gpt-4o":"gpt-4o-mini"}}""",
    };

    private static readonly ApiOperation Operation = new(nameof(ReadSdkConfig), "Says how the clients of a project are to behave")
    {
        Description = "Set it with `sdkConfig` of the project. It counts as a request of the key, and as no event.",
        Credentials = [LumiqTrace.Key],
        Answers = [Found],
        Errors = [LumiqTrace.RateLimited(TimeSpan.FromSeconds(1)).Error],
    };

    /// <summary><c>GET /v1/sdk/config</c>: the configuration of the key's project.</summary>
    [Function(nameof(ReadSdkConfig))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/sdk/config")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var admittance = await admission.AdmitAsync(context, TraceAdmission.FindKey(context.Request), events: 0);
        var project = admittance.Caller!.Project!;
        await Found.WriteAsync(context, SdkConfigAnswer.Of(project.ConfigurationVersion, SdkConfiguration.Parse(project.ClientConfiguration)), cancellationToken);
    }
}
