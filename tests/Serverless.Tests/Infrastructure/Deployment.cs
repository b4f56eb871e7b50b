using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Infrastructure;

/// <summary>What the files of <c>infra</c> come to in an environment, compiled once for all tests.</summary>
internal sealed class Deployment
{
    private readonly Lazy<Task<BicepResult>> _compiled;
    private readonly Lazy<Task<Prediction>> _predicted;

    private Deployment(IReadOnlyDictionary<string, string?> environment)
    {
        _compiled = new(() => BicepCompiler.RunAsync(environment, "build-params", SourceTree.PathOf("infra", "main.bicepparam"), "--stdout"));
        _predicted = new(() => PredictAsync(environment));
    }

    /// <summary>Nothing is asked for.</summary>
    public static Deployment ByDefault { get; } = new(DeploymentEnvironment.Empty);

    /// <summary>Everything is asked for, except alerts.</summary>
    public static Deployment InFull { get; } = new(DeploymentEnvironment.Full);

    /// <summary>Only telemetry is asked not to be there.</summary>
    public static Deployment WithoutTelemetry { get; } = new(DeploymentEnvironment.With("SERVERLESS_TELEMETRY", "false"));

    /// <summary>What the compiler makes of the parameter file and of all that it leads to.</summary>
    public Task<BicepResult> CompileAsync() => _compiled.Value;

    /// <summary>The template, with those of its modules. It is the same in every environment.</summary>
    public async Task<Template> CompileTemplateAsync() => new(await ReadAsync("templateJson"));

    /// <summary>The values of the parameters.</summary>
    public async Task<JsonObject> CompileParametersAsync() =>
        new((await ReadAsync("parametersJson"))["parameters"]!.AsObject()
            .Select(parameter => KeyValuePair.Create(parameter.Key, parameter.Value!["value"]?.DeepClone())));

    /// <summary>What is going to be there.</summary>
    public Task<Prediction> PredictAsync() => _predicted.Value;

    private async Task<JsonNode> ReadAsync(string part)
    {
        var compiled = await CompileAsync();
        Assert.True(compiled.ExitCode == 0, compiled.Messages);
        return JsonNode.Parse(JsonNode.Parse(compiled.Output)![part]!.GetValue<string>())!;
    }

    private static async Task<Prediction> PredictAsync(IReadOnlyDictionary<string, string?> environment)
    {
        using var copy = new InfrastructureCopy();
        var predicted = await BicepCompiler.RunAsync(
            environment, "snapshot", copy.PathOf("main.bicepparam"), "--subscription-id", Prediction.Subscription, "--location", "westeurope");
        Assert.True(predicted.ExitCode == 0, predicted.Messages);
        return new(JsonNode.Parse(await File.ReadAllTextAsync(copy.PathOf("main.snapshot.json")))!);
    }
}
