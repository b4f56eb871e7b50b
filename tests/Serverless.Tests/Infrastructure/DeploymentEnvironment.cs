using System.Text.RegularExpressions;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Infrastructure;

/// <summary>The environments that <c>infra/main.bicepparam</c> takes its values from.</summary>
internal static partial class DeploymentEnvironment
{
    /// <summary>The variables that it reads.</summary>
    public static IReadOnlyList<string> Variables { get; } =
    [
        .. Variable().Matches(File.ReadAllText(SourceTree.PathOf("infra", "main.bicepparam"))).Select(match => match.Groups["name"].Value),
    ];

    /// <summary>None of them is set, whatever the test run has.</summary>
    public static IReadOnlyDictionary<string, string?> Empty { get; } = Variables.ToDictionary(name => name, _ => (string?)null, StringComparer.Ordinal);

    /// <summary>All of them are set, and none but that for telemetry to what it is by default.</summary>
    public static IReadOnlyDictionary<string, string?> Full { get; } = new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["AZURE_ENV_NAME"] = "full",
        ["AZURE_LOCATION"] = "westeurope",
        ["AZURE_RESOURCE_GROUP"] = "rg-of-its-own",
        ["SERVERLESS_SETTINGS"] = """{"LogRetentionDays":90,"Search__Provider":"brave"}""",
        ["SERVERLESS_MAXIMUM_INSTANCES"] = "7",
        ["SERVERLESS_INSTANCE_MEMORY"] = "512",
        ["SERVERLESS_HTTP_CONCURRENCY"] = "16",
        ["SERVERLESS_TELEMETRY"] = "true",
        ["SERVERLESS_ALERTS"] = "false",
        ["SERVERLESS_ALERT_EMAIL"] = "operator@example.com",
        ["SERVERLESS_BUDGET"] = "50",
        ["SERVERLESS_BUDGET_START"] = "2026-11-01",
        ["SERVERLESS_PRIVATE_NETWORKING"] = "true",
        ["SERVERLESS_ADMIN_KEY"] = "secret-1",
        ["SERVERLESS_AI_API_KEY"] = "secret-2",
        ["SERVERLESS_SEARCH_API_KEY"] = "secret-3",
        ["SERVERLESS_SECRETS_KEY"] = "secret-4",
        ["SERVERLESS_SECRETS_PREVIOUS_KEY"] = "secret-5",
        ["SERVERLESS_WEBHOOKS_PREVIOUS_SIGNING_KEY"] = "secret-6",
        ["SERVERLESS_WEBHOOKS_SIGNING_KEY"] = "secret-7",
        ["SERVERLESS_SECRETS_IN_VAULT"] = "AdminKey,SearchApiKey",
    };

    /// <summary>Only one of them is set.</summary>
    public static IReadOnlyDictionary<string, string?> With(string name, string value) =>
        new Dictionary<string, string?>(Empty, StringComparer.Ordinal) { [name] = value };

    [GeneratedRegex(@"readEnvironmentVariable\(\s*'(?<name>\w+)'", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Variable();
}
