using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Serverless.Development;
using Serverless.Http;
using Serverless.Logs;
using Serverless.Outbound;
using Serverless.Outbound.Search;
using Serverless.Standalone.Host;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Tests.Settings;
using Serverless.Traces.Hours;

namespace Serverless.Tests.Infrastructure;

/// <summary>The code, the local sample, the deployment and the page on operations know the same settings.</summary>
public sealed class SettingsTests
{
    // Azure and Core Tools say by which name the functions are reached; nobody sets it.
    private static readonly string[] OfThePlatform = ["WEBSITE_HOSTNAME"];

    // Storage is a connection string on one's own machine and an identity in Azure.
    private static readonly string[] StorageByKey = ["AzureWebJobsStorage"];
    private static readonly string[] StorageByIdentity =
        ["AzureWebJobsStorage__clientId", "AzureWebJobsStorage__queueServiceUri", "AzureWebJobsStorage__tableServiceUri"];

    // Only the Functions host reads them: for the locks in blobs, for how to sign in, and for its own telemetry.
    private static readonly string[] OfTheHostInAzure =
        ["APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "AzureWebJobsStorage__blobServiceUri", "AzureWebJobsStorage__credential"];

    // On Flex Consumption the runtime is a property of the function app, and the setting is refused.
    private static readonly string[] OfTheHostHere = ["FUNCTIONS_WORKER_RUNTIME"];

    // For one's own machine alone: the demo's keys, and requests to oneself. A deployment must not have them.
    private static readonly string[] NeverDeployed = ["DemoFile", "Outbound__AllowLoopback"];

    [Fact]
    public void The_sample_has_every_setting_of_the_code_and_no_other()
    {
        var expected = ReadByCode().Except(StorageByIdentity).Except(OfThePlatform).Concat(OfTheHostHere);

        Assert.Equal(Sorted(expected), Sorted(Sample().Keys));
    }

    [Fact]
    public async Task The_deployment_sets_every_setting_of_the_code_and_no_other()
    {
        var expected = ReadByCode().Except(StorageByKey).Except(OfThePlatform).Except(NeverDeployed).Concat(OfTheHostInAzure);

        var app = await BicepFiles.LoadAsync("modules/app.bicep");
        var settings = await BicepFiles.LoadAsync("modules/settings.bicep");
        IEnumerable<string> deployed =
        [
            .. Names(settings.Named("defaults").Body),
            .. Names(app.Named("hostSettings").Body),
            .. Names(app.Named("telemetrySettings").Body.All.Last(node => node.Type == "object" && node.Properties.Any())),
            .. Names(app.Named("secretsBySetting").Body),
        ];
        Assert.Equal(Sorted(expected), Sorted(deployed));
        Assert.Equal(Names(settings.Named("defaults").Body), Names(settings.Named("Settings").Body));
        Assert.All(settings.Named("Settings").Body.Properties, setting => Assert.Equal("nullable_type", setting.Value.Type));
        Assert.Equal(
            "union(ownSettings, hostSettings, telemetrySettings, secretSettings)", app.Resource("Microsoft.Web/sites/config").Body.Read("properties"));
        Assert.Equal("mapValues(union(defaults, settings), value => string(value))", app.Named("ownSettings").Body.Text);
    }

    [Fact]
    public void The_page_on_operations_describes_every_setting_of_the_code_and_no_other()
    {
        var rows = SettingsPage.Read();

        var expected = ReadByCode().Except(OfThePlatform).Concat(OfTheHostInAzure).Concat(OfTheHostHere);
        Assert.Equal(Sorted(expected), Sorted(rows.SelectMany(row => row.Names)));
        Assert.All(rows, row => Assert.True(row.Type.Length > 0 && row.Effect.Length > 0, string.Join(", ", row.Names)));
    }

    [Fact]
    public async Task What_the_deployment_sets_unless_told_otherwise_is_what_the_code_would_take()
    {
        var defaults = (await BicepFiles.LoadAsync("modules/settings.bicep")).Named("defaults").Body.Properties
            .Select(setting => KeyValuePair.Create(
                setting.Name.Replace("__", ":", StringComparison.Ordinal), setting.Value.Literal ?? setting.Value.Text));
        var deployed = new ConfigurationBuilder().AddInMemoryCollection(defaults!).Build();
        var unset = new ConfigurationBuilder().Build();

        Assert.Equal(Figures(unset), Figures(deployed));
    }

    [Fact]
    public async Task The_sample_as_it_stands_changes_nothing()
    {
        var sample = Sample();
        Assert.All(sample.Keys.Except([.. OfTheHostHere, .. StorageByKey]), name => Assert.Equal("", sample[name]));
        var account = await TestStorage.CreateAccountAsync();

        await using var process = await ServerlessProcess.StartAsync(account, sample.Where(setting => !StorageByKey.Contains(setting.Key)));

        Assert.Equal("""{"status":"ready"}""", await process.Client.GetStringAsync("/ready"));
    }

    [Fact]
    public void An_empty_setting_is_none()
    {
        var unset = new ConfigurationBuilder().Build();
        var empty = new ConfigurationBuilder().AddInMemoryCollection(
            Sample().Keys.Append("Standalone__QueueLease").Select(name => KeyValuePair.Create(name.Replace("__", ":", StringComparison.Ordinal), (string?)""))).Build();

        Assert.Equal(Figures(unset), Figures(empty));
        Assert.Equal(DemoFile.From(unset).Path, DemoFile.From(empty).Path);
        Assert.Equal(QueueOptions.From(unset), QueueOptions.From(empty));
    }

    [Fact]
    public void Empty_storage_is_development_storage_on_ones_own_machine()
    {
        var settings = new ConfigurationManager();

        settings.AddHostSettings(["--AzureWebJobsStorage", ""]);

        Assert.Equal("UseDevelopmentStorage=true", settings["AzureWebJobsStorage"]);
    }

    [Fact]
    public void Storage_by_identity_is_not_taken_for_none_on_ones_own_machine()
    {
        var settings = new ConfigurationManager();

        settings.AddHostSettings(["--AzureWebJobsStorage:tableServiceUri", "https://account.table.core.windows.net"]);

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
        return string.Join(
            '\n',
            [
                .. plans.Log.Select(plan => plan.ToString()), .. plans.Trace.Select(plan => plan.ToString()), .. plans.Tier.Select(tier => tier.ToString()),
                $"{plans.LaminaRequestsPerMinute} {plans.LithtrixRegistrationsPerHour} {plans.TraceAiPerHour} {plans.TraceDataPerMinute}",
                $"{plans.TraceIngestPerMinute} {plans.TraceLoginsPerMinute} {plans.TraceLoginsPerEmailPerQuarterHour}",
                $"{settings.Read<HttpOptions>().ProxyCount} {search.Provider} {search.Address} {search.CacheFor} {model.Address} {model.Model}",
                $"{settings.Read<LogRetentionOptions>().Days} {traces.EventDays} {traces.FigureDays}",
            ]);
    }

    private static Dictionary<string, string?> Sample() =>
        JsonNode.Parse(File.ReadAllText(SourceTree.PathOf("local.settings.sample.json")))!["Values"]!.AsObject()
            .ToDictionary(setting => setting.Key, setting => (string?)setting.Value!.GetValue<string>(), StringComparer.Ordinal);

    private static string[] Names(BicepNode body) => [.. body.Properties.Select(setting => setting.Name)];

    private static string[] Sorted(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal)];
}
