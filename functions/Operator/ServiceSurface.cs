using Serverless.Http;

namespace Serverless.Operator;

/// <summary>What the service says of itself to anybody: whether it is up, and whether it can work.</summary>
public sealed class ServiceSurface() : LaminaEnvelope("/health", "/ready", "/openapi.json", "/openapi")
{
    /// <inheritdoc/>
    public override string Name => "Service";

    /// <inheritdoc/>
    public override string Description => "What the service says of itself to anybody.";
}
