using Serverless.Http;

namespace Serverless.Runs;

/// <summary>The Lamina contract. Its envelope also answers for paths that belong to no surface.</summary>
public sealed class Lamina() : LaminaEnvelope("/v1/apps", "/v1/runs", "/v1/templates", "/v1/triggers", "/v1/webhooks", "/v1/account")
{
    /// <inheritdoc/>
    public override string Name => "Lamina";
}
