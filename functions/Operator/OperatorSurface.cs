using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Operator;

/// <summary>The operator's paths, below <c>/v1/admin</c>. Without a key they do not exist.</summary>
public sealed class OperatorSurface(AdminKey key) : LaminaEnvelope("/v1/admin")
{
    /// <inheritdoc/>
    public override string Name => "Operator";

    /// <inheritdoc/>
    public override Task EnterAsync(HttpContext context) => key.IsSet ? Task.CompletedTask : throw RequestErrors.NotFound();
}
