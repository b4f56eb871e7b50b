using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Serverless.Http;
using Serverless.Local.Configuration;
using Serverless.Local.Demo;
using Serverless.Local.Queues;
using Serverless.Logs;
using Serverless.Outbound;
using Serverless.Outbound.Search;
using Serverless.Runs.Engine;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Tests.Settings;
using Serverless.Traces.Hours;

namespace Serverless.Tests.Infrastructure;

/// <summary>The code, the local sample, the deployment and the page on operations know the same settings.</summary>
public sealed partial class SettingsTests
{
    // Storage is a connection string on one's own machine and an identity in Azure.
    private static readonly string[] StorageByKey = ["AzureWebJobsStorage"];
    private static readonly string[] StorageByIdentity =
        ["AzureWebJobsStorage__clientId", "AzureWebJobsStorage__queueServiceUri", "AzureWebJobsStorage__tableServiceUri"];

    // Only the Functions host reads them: for the locks in blobs, for how to sign in, and for its own telemetry.
    private static readonly string[] OfTheHostInAzure =
        ["APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "AzureWebJobsStorage__blobServiceUri", "AzureWebJobsStorage__credential"];

    // Only the Functions host reads it, wherever it runs: the page at its address is ours.
    private static readonly string[] OfTheHostAnywhere = ["AzureWebJobsDisableHomepage"];

    // On Flex Consumption the runtime is a property of the function app, and the setting is refused; the local host keeps the demo's keys.
    private static readonly string[] OfTheHostHere = ["FUNCTIONS_WORKER_RUNTIME", "DemoFile"];

    // For one's own machine alone: requests to oneself, and the demo's user. A deployment must not have them.
    private static readonly string[] NeverDeployed = ["Console__DemoEmail", "Console__DemoFile", "Console__DemoPassword", "Outbound__AllowLoopback"];

    [Fact]
    public void The_sample_has_every_setting_of_the_code_and_no_other()
    {
        var expected = ReadByCode().Except(StorageByIdentity).Concat(OfTheHostAnywhere).Concat(OfTheHostHere);

        Assert.Equal(Sorted(expected), Sorted(Sample().Keys));
    }

    [BicepFact]
    public async Task The_deployment_sets_every_setting_of_the_code_and_no_other()
    {
        var expected = ReadByCode().Except(StorageByKey).Except(NeverDeployed).Concat(OfTheHostAnywhere).Concat(OfTheHostInAzure);

        var app = (await Deployment.ByDefault.CompileTemplateAsync()).Module("app");
        var all = app.Resource("Microsoft.Web/sites/config").Read("properties")!;
        IEnumerable<string> deployed =
        [
            .. Names(app.Variables["defaults"]), .. Names(app.Variables["hostSettings"]), .. Names(app.Variables["secretsBySetting"]),
            .. TelemetrySetting().Matches(all).Select(match => match.Groups["name"].Value),
        ];
        Assert.Equal(Sorted(expected), Sorted(deployed));
        Assert.Equal(
            "[union(variables('ownSettings'), variables('hostSettings'), if(empty(parameters('insightsName')), createObject(), createObject("
            + "'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', format('ClientId={0};Authorization=AAD', parameters('identityClientId')), "
            + "'APPLICATIONINSIGHTS_CONNECTION_STRING', coalesce(tryGet(if(not(empty(parameters('insightsName'))), reference('insights', '2020-02-02', 'full'), "
            + "null()), 'properties', 'ConnectionString'), ''))), variables('secretSettings'))]",
            all);
        Assert.Equal(
            "[mapValues(union(variables('defaults'), parameters('settings')), lambda('value', string(lambdaVariables('value'))))]",
            app.Variables["ownSettings"]!.GetValue<string>());
    }

    [BicepFact]
    public async Task What_the_deployment_can_be_told_is_what_it_has_a_default_for()
    {
        var template = await Deployment.ByDefault.CompileTemplateAsync();
        var (settings, defaults) = (template.Definition("Settings"), template.Module("app").Variables["defaults"]);

        Assert.Equal(Names(defaults), Names(settings["properties"]));
        Assert.All(settings["properties"]!.AsObject(), setting => Assert.True(setting.Value!["nullable"]!.GetValue<bool>()));
        Assert.False(settings["additionalProperties"]!.GetValue<bool>());
        Assert.Equal("#/definitions/Settings", template.Parameters["settings"]!["$ref"]!.GetValue<string>());
    }

    [Fact]
    public void The_page_on_operations_describes_every_setting_of_the_code_and_no_other()
    {
        var rows = SettingsPage.Read();

        var expected = ReadByCode().Concat(OfTheHostAnywhere).Concat(OfTheHostInAzure).Concat(OfTheHostHere);
        Assert.Equal(Sorted(expected), Sorted(rows.SelectMany(row => row.Names)));
        Assert.All(rows, row => Assert.True(row.Type.Length > 0 && row.Effect.Length > 0, string.Join(", ", row.Names)));
    }

    [BicepFact]
    public async Task What_the_deployment_sets_unless_told_otherwise_is_what_the_code_would_take()
    {
        var defaults = (await Deployment.ByDefault.CompileTemplateAsync()).Module("app").Variables["defaults"]!.AsObject()
            .Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value!.ToString()));
        var deployed = new ConfigurationBuilder().AddInMemoryCollection(defaults).Build();
        var unset = new ConfigurationBuilder().Build();

        Assert.Equal(Figures(unset), Figures(deployed));
    }

    [Fact]
    public async Task The_sample_as_it_stands_changes_nothing()
    {
        var sample = Sample();
        Assert.All(sample.Keys.Except([.. OfTheHostAnywhere, .. OfTheHostHere, .. StorageByKey]), name => Assert.Equal("", sample[name]));
        var account = await TestStorage.CreateAccountAsync();

        await using var process = await ServerlessProcess.StartAsync(account, sample.Where(setting => !StorageByKey.Contains(setting.Key)));

        Assert.Equal("""{"status":"ready"}""", await process.Client.GetStringAsync("/ready"));
    }

    [Fact]
    public void An_empty_setting_is_none()
    {
        var unset = new ConfigurationBuilder().Build();
        var empty = new ConfigurationBuilder().AddInMemoryCollection(
            Sample().Keys.Append("Local__QueueLease").Select(name => KeyValuePair.Create(name.Replace("__", ":", StringComparison.Ordinal), (string?)""))).Build();

        Assert.Equal(Figures(unset), Figures(empty));
        Assert.Equal(DemoFile.From(unset).Path, DemoFile.From(empty).Path);
        Assert.Equal(QueueOptions.From(unset), QueueOptions.From(empty));
    }

    [Fact]
    public void Empty_storage_is_development_storage_on_ones_own_machine()
    {
        var settings = new ConfigurationManager();

        settings.AddHostSettings(InProcessWorker.ScriptRoot, ["--AzureWebJobsStorage", ""]);

        Assert.Equal("UseDevelopmentStorage=true", settings["AzureWebJobsStorage"]);
    }

    [Fact]
    public void Storage_by_identity_is_not_taken_for_none_on_ones_own_machine()
    {
        var settings = new ConfigurationManager();

        settings.AddHostSettings(InProcessWorker.ScriptRoot, ["--AzureWebJobsStorage:tableServiceUri", "https://account.table.core.windows.net"]);

        Assert.Null(settings["AzureWebJobsStorage"]);
    }

    /// <summary>The settings that the product reads: everything it is made of is made, with every provider that would read more.</summary>
    private static string[] ReadByCode()
    {
        var read = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var storage in new[] { "UseDevelopmentStorage=true", "" })
        {
            var settings = new RecordingConfiguration(new ConfigurationBuilder().AddInMemoryCollection(
            [
                new("AzureWebJobsStorage", storage),
                new("AzureWebJobsStorage:queueServiceUri", "https://account.queue.example"),
                new("AzureWebJobsStorage:tableServiceUri", "https://account.table.example"),

                // Of a section nothing is read unless something of it is there.
                .. Sample().Keys.Where(name => name.Contains("__", StringComparison.Ordinal)).Select(SectionOf).Distinct().Select(section =>
                    KeyValuePair.Create($"{section.Replace("__", ":", StringComparison.Ordinal)}:Anything", (string?)"")),
            ]).Build());
            var builder = Host.CreateEmptyApplicationBuilder(new());
            builder.Services.AddSingleton<IConfiguration>(settings).AddServerless(settings);
            using var host = builder.Build();
            foreach (var service in builder.Services.Select(service => service.ServiceType).Where(IsOurs))
            {
                _ = host.Services.GetServices(service).Count();
            }

            host.Services.GetRequiredService<IStartupValidator>().Validate();
            read.UnionWith(settings.Read);
        }

        // Sections are asked for a value of their own, too.
        return Sorted(read.Except(read.Select(SectionOf).Except(StorageByKey)));
    }

    private static string SectionOf(string name) => name.Contains("__", StringComparison.Ordinal) ? name[..name.LastIndexOf("__", StringComparison.Ordinal)] : "";

    private static bool IsOurs(Type type) => type == typeof(IHostedService) || type.Assembly == typeof(ServerlessServices).Assembly;

    /// <summary>Everything that settings decide, as text.</summary>
    private static string Figures(IConfiguration settings)
    {
        var plans = new Plans(Options.Create(settings.Read<PlanOptions>()));
        var (traces, search, model) = (settings.Read<TraceRetentionOptions>(), settings.Read<SearchOptions>(), settings.Read<ChatModelOptions>());
        var cors = settings.Read<CrossOriginOptions>();
        return string.Join(
            '\n',
            [
                .. plans.Log.Select(plan => plan.ToString()), .. plans.Trace.Select(plan => plan.ToString()), .. plans.Tier.Select(tier => tier.ToString()),
                $"{plans.LaminaRequestsPerMinute} {plans.LithtrixRegistrationsPerHour} {plans.TraceAiPerHour} {plans.TraceDataPerMinute}",
                $"{plans.TraceIngestPerMinute} {plans.TraceLoginsPerMinute} {plans.TraceLoginsPerEmailPerQuarterHour}",
                $"{settings.Read<HttpOptions>().ProxyCount} {search.Provider} {search.Address} {search.CacheFor} {model.Address} {model.Model}",
                $"{cors.TakesFromAll} {string.Join(' ', cors.Named)}",
                $"{settings.Read<LogRetentionOptions>().Days} {traces.EventDays} {traces.FigureDays} {settings.Read<RunRetentionOptions>().Period}",
            ]);
    }

    private static Dictionary<string, string?> Sample() =>
        JsonNode.Parse(File.ReadAllText(SourceTree.PathOf("local.settings.sample.json")))!["Values"]!.AsObject()
            .ToDictionary(setting => setting.Key, setting => (string?)setting.Value!.GetValue<string>(), StringComparer.Ordinal);

    private static string[] Names(JsonNode? settings) => [.. settings!.AsObject().Select(setting => setting.Key)];

    private static string[] Sorted(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal)];

    [GeneratedRegex("'(?<name>APPLICATIONINSIGHTS_[A-Z_]+)'", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TelemetrySetting();
}
