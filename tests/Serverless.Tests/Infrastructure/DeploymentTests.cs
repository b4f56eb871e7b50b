using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Serverless.Storage;

namespace Serverless.Tests.Infrastructure;

/// <summary>
/// What the deployment promises: the names of the code, what the code is made for, and nothing that is paid while idle or was not asked for.
/// </summary>
public sealed partial class DeploymentTests
{
    private const string Site = "Microsoft.Web/sites";
    private const string StorageAccount = "Microsoft.Storage/storageAccounts";
    private const string Diagnostics = "Microsoft.Insights/diagnosticSettings";

    // Of storage only Azure knows how its names end.
    private static readonly string[] PrivateNames =
    [
        "format('privatelink.blob.{0}', environment().suffixes.storage)",
        "format('privatelink.queue.{0}', environment().suffixes.storage)",
        "format('privatelink.table.{0}', environment().suffixes.storage)",
        "privatelink.vaultcore.azure.net",
    ];

    [BicepFact]
    public async Task Tables_and_queues_have_the_names_of_the_code()
    {
        var prediction = await Deployment.ByDefault.PredictAsync();

        Assert.Equal(TableNames.All, prediction.Of($"{StorageAccount}/tableServices/tables").Select(table => table.Name));
        Assert.Equal(
            [.. QueueNames.All, .. QueueNames.All.Select(queue => $"{queue}-poison")],
            prediction.Of($"{StorageAccount}/queueServices/queues").Select(queue => queue.Name));
    }

    [BicepTheory]
    [InlineData("httpsOnly", "true")]
    [InlineData("keyVaultReferenceIdentity", "[parameters('identityId')]")]
    [InlineData("siteConfig.minTlsVersion", "[parameters('minimumTlsVersion')]")]
    [InlineData("siteConfig.scmMinTlsVersion", "1.2")]
    [InlineData("siteConfig.ftpsState", "Disabled")]
    [InlineData("siteConfig.remoteDebuggingEnabled", "false")]
    [InlineData("functionAppConfig.runtime.name", "dotnet-isolated")]
    [InlineData("functionAppConfig.runtime.version", "10.0")]
    [InlineData("functionAppConfig.scaleAndConcurrency.alwaysReady", "[]")]
    [InlineData("functionAppConfig.deployment.storage.authentication.type", "UserAssignedIdentity")]
    [InlineData("functionAppConfig.deployment.storage.authentication.userAssignedIdentityResourceId", "[parameters('identityId')]")]
    public async Task The_function_app_is_what_the_code_is_made_for(string property, string value)
    {
        var app = (await Deployment.ByDefault.CompileTemplateAsync()).Module("app").Resource(Site);

        Assert.Equal(value, app.Read($"properties.{property}"));
    }

    [BicepTheory]
    [InlineData("maximumInstanceCount", "40", "7")]
    [InlineData("instanceMemoryMB", "2048", "512")]
    [InlineData("triggers.http.perInstanceConcurrency", "100", "16")]
    public async Task The_function_app_scales_as_it_is_told(string property, string byDefault, string inFull)
    {
        Assert.Equal(byDefault, await ReadAsync(Deployment.ByDefault));
        Assert.Equal(inFull, await ReadAsync(Deployment.InFull));

        async Task<string?> ReadAsync(Deployment deployment) =>
            (await deployment.PredictAsync()).Resource(Site).Read($"properties.functionAppConfig.scaleAndConcurrency.{property}");
    }

    [BicepFact]
    public async Task The_plan_scales_to_zero()
    {
        var plan = (await Deployment.ByDefault.PredictAsync()).Resource("Microsoft.Web/serverfarms");

        Assert.Equal(("FC1", "FlexConsumption"), (plan.Read("sku.name"), plan.Read("sku.tier")));
    }

    [BicepFact]
    public async Task What_is_told_to_the_application_takes_the_place_of_a_default()
    {
        Assert.Contains("'LogRetentionDays', '30',", await SettingsAsync(Deployment.ByDefault), StringComparison.Ordinal);
        Assert.Contains("'LogRetentionDays', '90',", await SettingsAsync(Deployment.InFull), StringComparison.Ordinal);

        static async Task<string?> SettingsAsync(Deployment deployment) =>
            (await deployment.PredictAsync()).Resource($"{Site}/config").Read("properties");
    }

    [BicepFact]
    public async Task Without_telemetry_nothing_of_it_is_created()
    {
        var (prediction, without) = (await Deployment.ByDefault.PredictAsync(), await Deployment.WithoutTelemetry.PredictAsync());

        Assert.Single(prediction.Of("Microsoft.OperationalInsights/workspaces"));
        Assert.Equal(
            ["Microsoft.KeyVault/vaults", $"{StorageAccount}/queueServices", $"{StorageAccount}/tableServices", Site],
            prediction.Of(Diagnostics).Select(prediction.ScopeOf).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(without.Resources, resource => Monitoring().IsMatch(resource.Type));
        Assert.DoesNotContain("APPLICATIONINSIGHTS", without.ToString(), StringComparison.Ordinal);
    }

    [BicepFact]
    public async Task Without_alerts_there_are_no_rules_but_what_they_would_ask()
    {
        var prediction = await Deployment.InFull.PredictAsync();

        Assert.Equal(
            ["Microsoft.Insights/components", Diagnostics, "Microsoft.OperationalInsights/workspaces"],
            prediction.Resources.Select(resource => resource.Type).Where(type => Monitoring().IsMatch(type)).Distinct().Order(StringComparer.Ordinal));
    }

    [BicepFact]
    public async Task A_budget_is_there_only_if_asked_for()
    {
        var template = await Deployment.ByDefault.CompileTemplateAsync();
        Assert.Equal("[and(greater(parameters('budgetAmount'), 0), not(empty(parameters('budgetEmail'))))]", template.Condition("budget"));
        Assert.Equal("0", template.Parameters["budgetAmount"]!["defaultValue"]!.ToJsonString());
        Assert.Empty((await Deployment.ByDefault.PredictAsync()).Of("Microsoft.Consumption/budgets"));

        var budget = (await Deployment.InFull.PredictAsync()).Resource("Microsoft.Consumption/budgets");
        Assert.Equal(("50", "2026-11-01T00:00:00Z"), (budget.Read("properties.amount"), budget.Read("properties.timePeriod.startDate")));
        Assert.All(
            budget.Find("properties.notifications")!.AsObject(),
            notification => Assert.Equal("""["operator@example.com"]""", notification.Value!["contactEmails"]!.ToJsonString()));
    }

    [BicepFact]
    public async Task A_network_is_there_only_if_asked_for()
    {
        Assert.DoesNotContain((await Deployment.ByDefault.PredictAsync()).Resources, IsOfTheNetwork);
        Assert.Contains((await Deployment.InFull.PredictAsync()).Resources, IsOfTheNetwork);

        static bool IsOfTheNetwork(AzureResource resource) => resource.Type.StartsWith("Microsoft.Network/", StringComparison.Ordinal);
    }

    [BicepFact]
    public async Task A_private_network_reaches_every_service_by_its_name()
    {
        var prediction = await Deployment.InFull.PredictAsync();

        var network = prediction.Resource("Microsoft.Network/virtualNetworks");
        Assert.Equal(("functions", "endpoints"), (network.Read("properties.subnets.0.name"), network.Read("properties.subnets.1.name")));
        Assert.Equal("Microsoft.App/environments", network.Read("properties.subnets.0.properties.delegations.0.properties.serviceName"));

        var endpoints = prediction.Of("Microsoft.Network/privateEndpoints").ToArray();
        Assert.All(endpoints, endpoint => Assert.Equal($"{network.Id}/subnets/endpoints", endpoint.Read("properties.subnet.id")));
        Assert.Equal(
            [("blob", "storage"), ("queue", "storage"), ("table", "storage"), ("vault", "vault")],
            endpoints.Select(endpoint => endpoint.Find("properties.privateLinkServiceConnections.0.properties")!)
                .Select(connection => (connection["groupIds"]!.AsArray().Single()!.GetValue<string>(), Owner(connection["privateLinkServiceId"]!))));

        var links = prediction.Of("Microsoft.Network/privateDnsZones/virtualNetworkLinks").ToArray();
        Assert.All(links, link => Assert.Equal(network.Id, link.Read("properties.virtualNetwork.id")));
        Assert.Equal(PrivateNames, Named(links, "id"));
        Assert.Equal(PrivateNames, Named(prediction.Of("Microsoft.Network/privateDnsZones"), "name"));
        Assert.Equal(
            PrivateNames,
            Named(prediction.Of("Microsoft.Network/privateEndpoints/privateDnsZoneGroups"), "properties.privateDnsZoneConfigs.0.properties.privateDnsZoneId"));

        static IEnumerable<string?> Named(IEnumerable<AzureResource> resources, string path) =>
            resources.Select(resource => PrivateNames.SingleOrDefault(name => resource.Read(path)!.Contains(name, StringComparison.Ordinal)));
    }

    [BicepFact]
    public async Task The_function_app_is_in_the_network_if_there_is_one()
    {
        var template = await Deployment.ByDefault.CompileTemplateAsync();

        Assert.Equal(
            "[if(empty(parameters('subnetId')), null(), parameters('subnetId'))]",
            template.Module("app").Resource(Site).Read("properties.virtualNetworkSubnetId"));
        Assert.Equal(
            "[coalesce(tryGet(if(parameters('privateNetworking'), reference('network'), null()), 'outputs', 'functionsSubnetId', 'value'), '')]",
            template.Given("app", "subnetId"));
    }

    [BicepFact]
    public async Task Alerts_ask_for_what_the_application_measures()
    {
        var prediction = await Deployment.ByDefault.PredictAsync();

        var rules = prediction.Of("Microsoft.Insights/scheduledQueryRules")
            .ToDictionary(rule => rule.Name.Split('-')[1], rule => rule.Read("properties.criteria.allOf.0.query")!);
        Assert.Equal(["poison", "age", "failures"], rules.Keys);
        Assert.StartsWith("AppMetrics\n| where Name == 'serverless.queue.poison'\n", rules["poison"], StringComparison.Ordinal);
        Assert.StartsWith("AppMetrics\n| where Name == 'serverless.queue.age'\n", rules["age"], StringComparison.Ordinal);
        Assert.Contains("toint(ResultCode) >= 500", rules["failures"], StringComparison.Ordinal);
        Assert.Equal("UsedCapacity", prediction.Resource("Microsoft.Insights/metricAlerts").Read("properties.criteria.allOf.0.metricName"));
    }

    // The module whose output an expression is.
    private static string Owner(JsonNode expression) => Module().Match(expression.GetValue<string>()).Groups["module"].Value;

    [GeneratedRegex(@"^Microsoft\.(Insights|OperationalInsights|AlertsManagement)/", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Monitoring();

    [GeneratedRegex(@"format\('(?<module>\w+)-\{0\}', .*\.outputs\.id\.value\]$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Module();
}
