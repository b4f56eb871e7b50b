using Serverless.Http;

namespace Serverless.Console;

/// <summary>The web page: what a browser asks for, and no part of the API.</summary>
public sealed class ConsoleSurface() : LaminaEnvelope("/console", "/docs")
{
    /// <inheritdoc/>
    public override string Name => "Console";

    /// <inheritdoc/>
    public override string Description => "The web page.";
}
