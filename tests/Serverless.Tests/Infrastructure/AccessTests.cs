using System.Text.RegularExpressions;

namespace Serverless.Tests.Infrastructure;

/// <summary>Who gets in, and by what: no keys, no more rights than are needed, secrets in the vault alone, and doors that can be shut.</summary>
public sealed partial class AccessTests
{
    private const string RoleAssignment = "Microsoft.Authorization/roleAssignments";
    private const string Insights = "Microsoft.Insights/components";
    private const string StorageAccount = "Microsoft.Storage/storageAccounts";
    private const string Vault = "Microsoft.KeyVault/vaults";

    private static readonly (string? Scope, string? Role, string Id)[] Roles =
    [
        (Vault, "Key Vault Secrets User", "4633458b-17de-408a-b874-0445c86b69e6"),
        (Insights, "Monitoring Metrics Publisher", "3913510d-42f4-4e42-8a64-420c390055eb"),
        (StorageAccount, "Storage Blob Data Owner", "b7e6dc6d-f1e8-4753-8033-0f276bb0955b"),
        (StorageAccount, "Storage Queue Data Contributor", "974c5e8b-45b9-4653-ba55-5f855dd0fb88"),
        (StorageAccount, "Storage Table Data Contributor", "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"),
    ];

    [BicepTheory]
    [InlineData("allowSharedKeyAccess", "false")]
    [InlineData("allowBlobPublicAccess", "false")]
    [InlineData("allowCrossTenantReplication", "false")]
    [InlineData("defaultToOAuthAuthentication", "true")]
    [InlineData("minimumTlsVersion", "TLS1_2")]
    [InlineData("supportsHttpsTrafficOnly", "true")]
    public async Task Storage_takes_no_keys(string property, string value)
    {
        var account = (await Deployment.ByDefault.PredictAsync()).Resource(StorageAccount);

        Assert.Equal(value, account.Read($"properties.{property}"));
        Assert.Equal("StorageV2", account.Read("kind"));
    }

    [BicepTheory]
    [InlineData("enableRbacAuthorization", "true")]
    [InlineData("enableSoftDelete", "true")]
    [InlineData("enablePurgeProtection", "true")]
    public async Task The_vault_asks_for_roles_and_forgets_nothing_at_once(string property, string value) =>
        Assert.Equal(value, (await Deployment.ByDefault.PredictAsync()).Resource(Vault).Read($"properties.{property}"));

    [BicepTheory]
    [InlineData(StorageAccount)]
    [InlineData(Vault)]
    public async Task With_a_private_network_there_is_no_other_door(string type)
    {
        Assert.Equal(("Enabled", "Allow"), await DoorAsync(Deployment.ByDefault));
        Assert.Equal(("Disabled", "Deny"), await DoorAsync(Deployment.InFull));

        async Task<(string?, string?)> DoorAsync(Deployment deployment)
        {
            var resource = (await deployment.PredictAsync()).Resource(type);
            return (resource.Read("properties.publicNetworkAccess"), resource.Read("properties.networkAcls.defaultAction"));
        }
    }

    [BicepFact]
    public async Task Nothing_older_than_TLS_1_2_is_spoken()
    {
        var template = await Deployment.ByDefault.CompileTemplateAsync();

        Assert.Equal("""["1.2","1.3"]""", template.Parameters["minimumTlsVersion"]!["allowedValues"]!.ToJsonString());
        Assert.Equal("[parameters('minimumTlsVersion')]", template.Given("app", "minimumTlsVersion"));
    }

    [BicepFact]
    public async Task Nobody_publishes_with_a_password()
    {
        var policies = (await Deployment.ByDefault.PredictAsync()).Of("Microsoft.Web/sites/basicPublishingCredentialsPolicies");

        Assert.Equal([("ftp", "false"), ("scm", "false")], policies.Select(policy => (policy.Name, policy.Read("properties.allow"))));
    }

    [BicepFact]
    public async Task Telemetry_takes_no_keys()
    {
        var prediction = await Deployment.ByDefault.PredictAsync();
        var (insights, workspace) = (prediction.Resource(Insights), prediction.Resource("Microsoft.OperationalInsights/workspaces"));

        Assert.Equal("true", insights.Read("properties.DisableLocalAuth"));
        Assert.Equal(workspace.Id, insights.Read("properties.WorkspaceResourceId"));
        Assert.Equal("true", workspace.Read("properties.features.disableLocalAuth"));
    }

    [BicepFact]
    public async Task The_identity_has_the_roles_it_needs_and_no_other()
    {
        var names = (await Deployment.ByDefault.CompileTemplateAsync()).Modules.SelectMany(module => module.Roles)
            .ToDictionary(role => role.Id, role => role.Name);

        Assert.Equal(Roles, await FoundAsync(Deployment.ByDefault));
        Assert.Equal(Roles, await FoundAsync(Deployment.InFull));
        Assert.Equal(Roles.Where(role => role.Scope != Insights), await FoundAsync(Deployment.WithoutTelemetry));

        // A scope is a resource of the deployment, and so neither its group nor the subscription.
        async Task<IEnumerable<(string?, string?, string)>> FoundAsync(Deployment deployment)
        {
            var prediction = await deployment.PredictAsync();
            return
                from assignment in prediction.Of(RoleAssignment)
                let id = assignment.Read("properties.roleDefinitionId")!.Split('/')[^1]
                let name = names.GetValueOrDefault(id)
                orderby name
                select (prediction.ScopeOf(assignment), name, id);
        }
    }

    [BicepFact]
    public async Task Every_role_is_given_to_the_identity_and_the_application_has_no_other()
    {
        var template = await Deployment.ByDefault.CompileTemplateAsync();

        Assert.All(
            template.Modules.SelectMany(module => module.Resources).Where(resource => resource.Type == RoleAssignment),
            assignment => Assert.Equal(
                ("[parameters('principalId')]", "ServicePrincipal"),
                (assignment.Read("properties.principalId"), assignment.Read("properties.principalType"))));
        Assert.All(
            ["monitoring", "storage", "vault"],
            module => Assert.Equal("[reference('identity').outputs.principalId.value]", template.Given(module, "principalId")));

        var app = template.Module("app").Resource("Microsoft.Web/sites");
        Assert.Equal("UserAssigned", app.Read("identity.type"));
        Assert.Equal("[format('{0}', parameters('identityId'))]", Assert.Single(app.Find("identity.userAssignedIdentities")!.AsObject()).Key);
        Assert.Equal("[reference('identity').outputs.id.value]", template.Given("app", "identityId"));
    }

    [BicepFact]
    public async Task No_key_is_asked_for_or_written_down()
    {
        Assert.DoesNotMatch(Key(), (await Deployment.ByDefault.CompileTemplateAsync()).ToString());
        Assert.DoesNotMatch(Key(), (await Deployment.ByDefault.CompileParametersAsync()).ToJsonString());
    }

    [BicepFact]
    public async Task Secrets_go_into_the_vault_and_nowhere_else()
    {
        var main = await Deployment.ByDefault.CompileTemplateAsync();
        var vault = main.Module("vault");
        string[] secrets = ["adminKey", "aiApiKey", "searchApiKey", "secretsKey", "secretsPreviousKey", "webhooksPreviousSigningKey", "webhooksSigningKey"];
        Assert.Equal(secrets, main.Secrets);
        Assert.Equal(secrets, main.Modules.SelectMany(module => module.Secrets));
        Assert.Equal(secrets, vault.Secrets);

        foreach (var secret in secrets)
        {
            // Whether it is given may be asked anywhere; what it is goes to the vault's module, and there into the secret.
            Assert.Equal("", main.Parameters[secret]!["defaultValue"]!.GetValue<string>());
            Assert.Equal([$"$.resources.vault.properties.parameters.{secret}.value"], main.Readers(secret));
            Assert.Single(vault.Readers(secret));
            var resource = Assert.Single(vault.Resources, resource => resource.Read("properties.value") == $"[parameters('{secret}')]");
            Assert.Equal($"{Vault}/secrets", resource.Type);
            Assert.Equal($"[not(empty(parameters('{secret}')))]", resource.Condition);
            Assert.EndsWith($", '{NameOf(secret)}')]", resource.Read("name"), StringComparison.Ordinal);
        }
    }

    [BicepFact]
    public async Task A_setting_refers_to_a_secret_only_if_there_is_one()
    {
        var main = await Deployment.ByDefault.CompileTemplateAsync();
        var app = main.Module("app");
        var names = main.Secrets.Select(NameOf).ToArray();

        Assert.Equal(names, app.Variables["secretsBySetting"]!.AsObject().Select(setting => setting.Value!.GetValue<string>()));
        Assert.StartsWith(
            "[toObject(filter(items(variables('secretsBySetting')), "
            + "lambda('secret', contains(parameters('secretNames'), lambdaVariables('secret').value))), ",
            app.Variables["secretSettings"]!.GetValue<string>(),
            StringComparison.Ordinal);
        Assert.Equal("[variables('secretNames')]", main.Given("app", "secretNames"));

        var given = main.Secrets.Select(secret => $"if(empty(parameters('{secret}')), createArray(), createArray('{NameOf(secret)}'))");
        Assert.Equal($"[union(parameters('secretsInVault'), {string.Join(", ", given)})]", main.Variables["secretNames"]!.GetValue<string>());
    }

    // In the vault a secret has the name of its parameter with a capital letter.
    private static string NameOf(string secret) => $"{char.ToUpperInvariant(secret[0])}{secret[1..]}";

    [GeneratedRegex(
        "list(Keys|AccountSas|ServiceSas|Secrets|Credentials)|AccountKey|SharedAccess(Key|Signature)|InstrumentationKey|primaryKey|UseDevelopmentStorage",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Key();
}
