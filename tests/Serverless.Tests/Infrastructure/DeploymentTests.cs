using System.Text.RegularExpressions;
using Serverless.Storage;

namespace Serverless.Tests.Infrastructure;

/// <summary>What the deployment promises: no keys, no more rights than are needed, the names of the code, and nothing that is paid while idle.</summary>
public sealed partial class DeploymentTests
{
    private const string RoleAssignment = "Microsoft.Authorization/roleAssignments";

    private static readonly (string File, string Scope, string Role, string Id)[] Roles =
    [
        ("modules/monitoring.bicep", "insights", "Monitoring Metrics Publisher", "3913510d-42f4-4e42-8a64-420c390055eb"),
        ("modules/storage.bicep", "account", "Storage Blob Data Owner", "b7e6dc6d-f1e8-4753-8033-0f276bb0955b"),
        ("modules/storage.bicep", "account", "Storage Queue Data Contributor", "974c5e8b-45b9-4653-ba55-5f855dd0fb88"),
        ("modules/storage.bicep", "account", "Storage Table Data Contributor", "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"),
        ("modules/vault.bicep", "vault", "Key Vault Secrets User", "4633458b-17de-408a-b874-0445c86b69e6"),
    ];

    [Theory]
    [InlineData("allowSharedKeyAccess", "false")]
    [InlineData("allowBlobPublicAccess", "false")]
    [InlineData("allowCrossTenantReplication", "false")]
    [InlineData("defaultToOAuthAuthentication", "true")]
    [InlineData("minimumTlsVersion", "TLS1_2")]
    [InlineData("supportsHttpsTrafficOnly", "true")]
    [InlineData("publicNetworkAccess", "isPrivate ? 'Disabled' : 'Enabled'")]
    public async Task Storage_has_no_keys_and_no_open_door(string property, string value)
    {
        var account = (await BicepFiles.LoadAsync("modules/storage.bicep")).Resource("Microsoft.Storage/storageAccounts");

        Assert.Equal(value, account.Body.Read($"properties.{property}"));
        Assert.Equal("StorageV2", account.Body.Read("kind"));
    }

    [Fact]
    public async Task Tables_and_queues_have_the_names_of_the_code()
    {
        var storage = await BicepFiles.LoadAsync("modules/storage.bicep");

        Assert.Equal(TableNames.All, Literals(storage.Named("tableNames").Body));
        Assert.Equal(QueueNames.All, Literals(storage.Named("queueNames").Body));
        Assert.Equal("map(queueNames, queue => '${queue}-poison')", storage.Named("poisonQueueNames").Body.Text);
        Assert.Contains("for table in tableNames:", Kind(storage, "tableServices/tables").Node.Text, StringComparison.Ordinal);
        Assert.Contains("for queue in concat(queueNames, poisonQueueNames):", Kind(storage, "queueServices/queues").Node.Text, StringComparison.Ordinal);

        static BicepDeclaration Kind(BicepFile file, string kind) => file.Resource($"Microsoft.Storage/storageAccounts/{kind}");
    }

    [Theory]
    [InlineData("httpsOnly", "true")]
    [InlineData("keyVaultReferenceIdentity", "identityId")]
    [InlineData("siteConfig.minTlsVersion", "minimumTlsVersion")]
    [InlineData("siteConfig.scmMinTlsVersion", "1.2")]
    [InlineData("siteConfig.ftpsState", "Disabled")]
    [InlineData("siteConfig.remoteDebuggingEnabled", "false")]
    [InlineData("functionAppConfig.runtime.name", "dotnet-isolated")]
    [InlineData("functionAppConfig.runtime.version", "10.0")]
    [InlineData("functionAppConfig.scaleAndConcurrency.alwaysReady", "[]")]
    [InlineData("functionAppConfig.scaleAndConcurrency.maximumInstanceCount", "maximumInstanceCount")]
    [InlineData("functionAppConfig.scaleAndConcurrency.instanceMemoryMB", "instanceMemoryMB")]
    [InlineData("functionAppConfig.scaleAndConcurrency.triggers.http.perInstanceConcurrency", "httpConcurrency")]
    [InlineData("functionAppConfig.deployment.storage.authentication.type", "UserAssignedIdentity")]
    public async Task The_function_app_is_what_the_code_is_made_for(string property, string value)
    {
        var app = (await BicepFiles.LoadAsync("modules/app.bicep")).Resource("Microsoft.Web/sites");

        Assert.Equal(value, app.Body.Read($"properties.{property}"));
    }

    [Fact]
    public async Task Nothing_older_than_TLS_1_2_is_spoken()
    {
        var version = (await BicepFiles.LoadAsync("main.bicep")).Named("minimumTlsVersion");

        Assert.Contains(version.Decorators, decorator => decorator.Text == "@allowed(['1.2', '1.3'])");
    }

    [Fact]
    public async Task The_plan_scales_to_zero()
    {
        var plan = (await BicepFiles.LoadAsync("modules/app.bicep")).Resource("Microsoft.Web/serverfarms");

        Assert.Equal(("FC1", "FlexConsumption"), (plan.Body.Read("sku.name"), plan.Body.Read("sku.tier")));
    }

    [Fact]
    public async Task Nobody_publishes_with_a_password()
    {
        var policies = (await BicepFiles.LoadAsync("modules/app.bicep")).Of("resource")
            .Where(resource => resource.ResourceType == "Microsoft.Web/sites/basicPublishingCredentialsPolicies");

        Assert.Equal([("ftp", "false"), ("scm", "false")], policies.Select(policy => (policy.Body.Read("name"), policy.Body.Read("properties.allow"))));
    }

    [Fact]
    public async Task The_identity_has_the_roles_it_needs_and_no_other()
    {
        var files = await BicepFiles.LoadAsync();
        var found =
            from file in files.Values
            from assignment in file.Of("resource").Where(resource => resource.ResourceType == RoleAssignment)
            from role in file.Named("roles").Body.Properties
            select (file.Path, assignment.Body.Read("scope"), role.Name, role.Value.Literal);

        Assert.Equal(Roles, found.Order());

        // A scope is a resource of the same file, and so neither its group nor the subscription.
        Assert.All(Roles, role => Assert.Equal("resource", files[role.File].Named(role.Scope).Kind));
    }

    [Fact]
    public async Task Every_assignment_takes_its_role_from_the_list_and_gives_it_to_the_identity()
    {
        var files = await BicepFiles.LoadAsync();
        foreach (var assignment in files.Values.SelectMany(file => file.Of("resource")).Where(resource => resource.ResourceType == RoleAssignment))
        {
            Assert.Contains("for role in items(roles):", assignment.Node.Text, StringComparison.Ordinal);
            Assert.Equal("principalId", assignment.Body.Read("properties.principalId"));
            Assert.Equal(
                "subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.value)", assignment.Body.Read("properties.roleDefinitionId"));
        }

        Assert.All(
            files["main.bicep"].Of("module").Select(module => module.Body.Read("params.principalId")).OfType<string>(),
            principal => Assert.Equal("identity.outputs.principalId", principal));
        Assert.Equal(
            "UserAssigned", files["modules/app.bicep"].Resource("Microsoft.Web/sites").Body.Read("identity.type"));
    }

    [Fact]
    public async Task No_key_is_asked_for_or_written_down()
    {
        foreach (var file in (await BicepFiles.LoadAsync()).Values)
        {
            Assert.DoesNotMatch(Key(), file.Root.Text);
        }
    }

    [Fact]
    public async Task Secrets_go_into_the_vault_and_nowhere_else()
    {
        var files = await BicepFiles.LoadAsync();
        var (main, vault) = (files["main.bicep"], files["modules/vault.bicep"]);
        var secrets = main.Of("parameter").Where(parameter => parameter.IsSecure).Select(parameter => parameter.Name).ToArray();
        Assert.Equal(["adminKey", "aiApiKey", "searchApiKey", "webhooksSigningKey"], secrets);
        Assert.Equal(secrets, vault.Of("parameter").Where(parameter => parameter.IsSecure).Select(parameter => parameter.Name));
        Assert.All(main.Of("parameter").Where(parameter => parameter.IsSecure), parameter => Assert.Equal("", parameter.Body.Literal));

        foreach (var secret in secrets)
        {
            // Whether it is given may be asked anywhere; what it is goes to the vault's module, and there into the secret.
            Assert.Equal(["vault"], Readers(main, secret));
            Assert.Equal(secret, main.Named("vault").Body.Read($"params.{secret}"));
            var resource = vault.Named(Assert.Single(Readers(vault, secret)));
            Assert.Equal("Microsoft.KeyVault/vaults/secrets", resource.ResourceType);
            Assert.Equal(secret, resource.Body.Read("properties.value"));
            Assert.Equal($"(!empty({secret}))", resource.Condition);
            Assert.Equal(secret, resource.Body.Read("name"), ignoreCase: true);
        }

        Assert.All(
            files.Values.Where(file => file != main && file != vault).SelectMany(file => file.Of("parameter")), parameter => Assert.False(parameter.IsSecure));
    }

    [Fact]
    public async Task A_setting_refers_to_a_secret_only_if_there_is_one()
    {
        var files = await BicepFiles.LoadAsync();
        var names = files["modules/vault.bicep"].Of("resource").Where(resource => resource.ResourceType == "Microsoft.KeyVault/vaults/secrets")
            .Select(secret => secret.Body.Read("name")!).ToArray();
        var app = files["modules/app.bicep"];

        Assert.Equal(names, Literals(app.Named("secretsBySetting").Body.Properties.Select(setting => setting.Value)));
        Assert.Contains(
            "filter(items(secretsBySetting), secret => contains(secretNames, secret.value))",
            app.Named("secretSettings").Body.Text,
            StringComparison.Ordinal);
        var given = files["main.bicep"].Named("secretNames").Body.Text;
        Assert.All(names, name => Assert.Contains($"empty({char.ToLowerInvariant(name[0])}{name[1..]}) ? [] : ['{name}']", given, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("enableRbacAuthorization", "true")]
    [InlineData("enableSoftDelete", "true")]
    [InlineData("enablePurgeProtection", "true")]
    [InlineData("publicNetworkAccess", "isPrivate ? 'Disabled' : 'Enabled'")]
    public async Task The_vault_asks_for_roles_and_forgets_nothing_at_once(string property, string value) =>
        Assert.Equal(value, (await BicepFiles.LoadAsync("modules/vault.bicep")).Resource("Microsoft.KeyVault/vaults").Body.Read($"properties.{property}"));

    [Fact]
    public async Task Telemetry_takes_no_keys()
    {
        var monitoring = await BicepFiles.LoadAsync("modules/monitoring.bicep");

        Assert.Equal("true", monitoring.Resource("Microsoft.Insights/components").Body.Read("properties.DisableLocalAuth"));
        Assert.Equal("workspace.id", monitoring.Resource("Microsoft.Insights/components").Body.Read("properties.WorkspaceResourceId"));
        Assert.Equal("true", monitoring.Resource("Microsoft.OperationalInsights/workspaces").Body.Read("properties.features.disableLocalAuth"));
    }

    [Fact]
    public async Task Without_telemetry_nothing_of_it_is_created()
    {
        var main = await BicepFiles.LoadAsync("main.bicep");

        Assert.Equal("(telemetry)", main.Named("monitoring").Condition);
        Assert.Equal("(telemetry && alerts)", main.Named("alerting").Condition);
        var diagnostics = (await BicepFiles.LoadAsync()).Values.SelectMany(file => file.Of("resource"))
            .Where(resource => resource.ResourceType == "Microsoft.Insights/diagnosticSettings").ToArray();
        Assert.Equal(["app", "queueService", "tableService", "vault"], diagnostics.Select(resource => resource.Body.Read("scope")!).Order());
        Assert.All(diagnostics, resource => Assert.Equal("(!empty(workspaceId))", resource.Condition));
    }

    [Fact]
    public async Task A_budget_and_a_network_are_there_only_if_asked_for()
    {
        var main = await BicepFiles.LoadAsync("main.bicep");

        Assert.Equal("(budgetAmount > 0 && !empty(budgetEmail))", main.Named("budget").Condition);
        Assert.Equal("(privateNetworking)", main.Named("network").Condition);
        Assert.Equal(("0", "false"), (main.Named("budgetAmount").Body.Text, main.Named("privateNetworking").Body.Text));
    }

    [Fact]
    public async Task A_private_network_reaches_every_service_by_its_name()
    {
        var network = await BicepFiles.LoadAsync("modules/network.bicep");

        Assert.Equal(["blob", "queue", "table", "vault"], network.Named("services").Body.Elements.Select(service => service.Read("kind")!));
        Assert.Contains("serviceName: 'Microsoft.App/environments'", network.Resource("Microsoft.Network/virtualNetworks").Node.Text, StringComparison.Ordinal);
        Assert.Equal(
            "empty(subnetId) ? null : subnetId",
            (await BicepFiles.LoadAsync("modules/app.bicep")).Resource("Microsoft.Web/sites").Body.Read("properties.virtualNetworkSubnetId"));
    }

    [Fact]
    public async Task Alerts_ask_for_what_the_application_measures()
    {
        var alerts = await BicepFiles.LoadAsync("modules/alerts.bicep");

        Assert.Equal(["poison", "age", "failures"], alerts.Named("rules").Body.Elements.Select(rule => rule.Read("name")!));
        Assert.Contains("AppMetrics\n| where Name == 'serverless.queue.poison'", alerts.Named("poisonQuery").Body.Text, StringComparison.Ordinal);
        Assert.Contains("AppMetrics\n| where Name == 'serverless.queue.age'", alerts.Named("ageQuery").Body.Text, StringComparison.Ordinal);
        Assert.Contains("toint(ResultCode) >= 500", alerts.Named("failureQuery").Body.Text, StringComparison.Ordinal);
        Assert.Contains("for rule in rules:", alerts.Resource("Microsoft.Insights/scheduledQueryRules").Node.Text, StringComparison.Ordinal);
        Assert.Contains("metricName: 'UsedCapacity'", alerts.Resource("Microsoft.Insights/metricAlerts").Node.Text, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Literals(BicepNode array) => Literals(array.Elements);

    private static IEnumerable<string> Literals(IEnumerable<BicepNode> nodes) => nodes.Select(node => node.Literal!);

    /// <summary>The declarations that read a parameter, and do not only ask whether it is empty.</summary>
    private static IEnumerable<string> Readers(BicepFile file, string parameter) => file.Declarations
        .Where(declaration => declaration.Name != parameter || declaration.Kind == "output")
        .Where(declaration => Read(declaration.Node, parameter))
        .Select(declaration => declaration.Name);

    private static bool Read(BicepNode node, string name) =>
        node.Type == "object_property" ? Read(node.Children[^1], name)
        : node.Text != $"empty({name})" && (node.Type == "identifier" && node.Text == name || node.Children.Any(child => Read(child, name)));

    [GeneratedRegex(
        "list(Keys|AccountSas|ServiceSas|Secrets|Credentials)|AccountKey|SharedAccess(Key|Signature)|InstrumentationKey|primaryKey|UseDevelopmentStorage",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Key();
}
