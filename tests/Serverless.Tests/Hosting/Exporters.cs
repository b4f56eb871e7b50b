namespace Serverless.Tests.Hosting;

/// <summary>The clients of <c>tests/exporters</c>, set up as <c>docs/sending.md</c> says.</summary>
internal static class Exporters
{
    /// <summary>Where they are: one for all tests, which installs it once.</summary>
    public static NodeFolder Folder { get; } = new("exporters");

    /// <summary>Runs a client to its end.</summary>
    /// <param name="host">Where it sends to.</param>
    /// <param name="script">The client.</param>
    /// <param name="argument">How it is to send; null where there is one way.</param>
    /// <param name="traceKey">The key that it sends traces with; null where it sends none.</param>
    /// <param name="logKey">The key that it sends logs with; null where it sends none.</param>
    /// <returns>The last line that it said.</returns>
    public static async Task<string> RunAsync(ServerlessHost host, string script, string? argument = null, string? traceKey = null, string? logKey = null)
    {
        var baseUrl = host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        var said = await Folder.RunAsync(script, argument is null ? [] : [argument],
        [
            new("BASE_URL", baseUrl),
            new("LUMIQTRACE_KEY", traceKey),
            new("LUMINALOG_KEY", logKey),
            new("OTEL_SERVICE_NAME", "shop"),
            new("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=staging"),
            new("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            new("OTEL_EXPORTER_OTLP_ENDPOINT", $"{baseUrl}/v1/otel"),
            new("OTEL_EXPORTER_OTLP_TRACES_HEADERS", $"x-api-key={traceKey}"),
            new("OTEL_EXPORTER_OTLP_LOGS_HEADERS", $"x-api-key={logKey}"),
            new("OTEL_METRICS_EXPORTER", "none"),
        ]);
        return said.Split('\n')[^1];
    }
}
