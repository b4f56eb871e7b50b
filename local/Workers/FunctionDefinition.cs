using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Serverless.Local.Workers.Protocol;

namespace Serverless.Local.Workers;

/// <summary>A function of the application, as its worker describes it.</summary>
/// <param name="Metadata">The description, to be handed back to the worker when the function is loaded.</param>
/// <param name="Trigger">The binding that starts it, a JSON object.</param>
internal sealed record FunctionDefinition(RpcFunctionMetadata Metadata, JsonElement Trigger)
{
    /// <summary>The kind of trigger that brings requests.</summary>
    public const string HttpTrigger = "httpTrigger";

    /// <summary>The kind of trigger that brings queue messages.</summary>
    public const string QueueTrigger = "queueTrigger";

    /// <summary>The kind of trigger that brings the time.</summary>
    public const string TimerTrigger = "timerTrigger";

    private const string TriggerSuffix = "Trigger";

    /// <summary>The id that invocations name it by.</summary>
    public string Id => Metadata.FunctionId;

    /// <summary>The name.</summary>
    public string Name => Metadata.Name;

    /// <summary>The parameter that gets what the trigger brings.</summary>
    public string TriggerParameter => this["name"] ?? "";

    /// <summary>A text of the trigger; null when it has none.</summary>
    public string? this[string property] =>
        Trigger.TryGetProperty(property, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    /// <summary>
    /// Reads what a worker says of its functions, but for those that a setting <c>AzureWebJobs.&lt;name&gt;.Disabled</c> turns off, or, since an
    /// environment may allow no dots, <c>AzureWebJobs__&lt;name&gt;__Disabled</c>.
    /// </summary>
    /// <exception cref="HostAbortedException">A function has no trigger that this host knows.</exception>
    public static IReadOnlyList<FunctionDefinition> From(IEnumerable<RpcFunctionMetadata> functions, IConfiguration settings) =>
    [
        .. functions
            .Where(function => (settings[$"AzureWebJobs.{function.Name}.Disabled"] ?? settings[$"AzureWebJobs:{function.Name}:Disabled"]) is not ("1" or "true" or "True"))
            .Select(From),
    ];

    /// <summary>Whether the trigger is of a kind.</summary>
    public bool IsTriggeredBy(string kind) => string.Equals(this["type"], kind, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a yes or no of the trigger is yes.</summary>
    /// <param name="property">Its name.</param>
    /// <param name="otherwise">What it is when the trigger does not say.</param>
    public bool Is(string property, bool otherwise) =>
        Trigger.TryGetProperty(property, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : otherwise;

    /// <summary>A mistake in the function, which stops the host.</summary>
    public HostAbortedException Mistake(string what) => new($"Function '{Name}': {what}");

    private static FunctionDefinition From(RpcFunctionMetadata function)
    {
        var triggers = function.RawBindings
            .Select(binding => JsonDocument.Parse(binding).RootElement)
            .Where(binding => binding.GetProperty("type").GetString()!.EndsWith(TriggerSuffix, StringComparison.OrdinalIgnoreCase))
            .ToArray();
        return triggers is [var trigger]
            ? new(function, trigger)
            : throw new HostAbortedException($"Function '{function.Name}': it needs exactly one trigger, and has {triggers.Length}.");
    }
}
