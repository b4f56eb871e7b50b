using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Infrastructure;

/// <summary>The files of <c>infra</c> are what their compiler, its linter and its formatter want them to be, and nothing in them is left over.</summary>
public sealed class BicepTests
{
    [BicepTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_compiler_and_its_linter_have_nothing_to_say(bool inFull)
    {
        var compiled = await (inFull ? Deployment.InFull : Deployment.ByDefault).CompileAsync();

        Assert.Equal((0, ""), (compiled.ExitCode, compiled.Messages));
    }

    [BicepFact]
    public async Task Every_file_is_laid_out_as_the_compiler_would_do_it()
    {
        using var copy = new InfrastructureCopy();

        var formatted = await BicepCompiler.RunAsync([], "format", "--pattern", copy.PathOf("**/*.bicep*"));

        Assert.Equal((0, ""), (formatted.ExitCode, formatted.Messages));
        Assert.All(
            InfrastructureCopy.Files, file => Assert.Equal(File.ReadAllText(copy.PathOf(file)), File.ReadAllText(SourceTree.PathOf("infra", file))));
    }

    [Fact]
    public void Every_module_is_used()
    {
        var main = File.ReadAllText(SourceTree.PathOf("infra", "main.bicep"));
        var modules = InfrastructureCopy.Files.Except(["main.bicep", "main.bicepparam"]).ToArray();

        Assert.NotEmpty(modules);
        Assert.All(modules, module => Assert.Contains($"'{module}'", main, StringComparison.Ordinal));
    }

    [BicepFact]
    public async Task What_no_variable_says_is_as_in_the_template()
    {
        var template = await Deployment.ByDefault.CompileTemplateAsync();
        var values = await Deployment.ByDefault.CompileParametersAsync();

        string[] named = ["environmentName", "location", "resourceGroupName"];
        Assert.Equal(["serverless", "swedencentral", "rg-serverless"], named.Select(name => values[name]!.GetValue<string>()));
        Assert.Equal(
            "[format('rg-{0}', parameters('environmentName'))]", template.Parameters["resourceGroupName"]!["defaultValue"]!.GetValue<string>());
        Assert.All(
            values.Where(value => !named.Contains(value.Key)),
            value => Assert.Equal(template.Parameters[value.Key]!["defaultValue"]!.ToJsonString(), value.Value!.ToJsonString()));
    }

    [BicepFact]
    public async Task What_a_variable_says_is_what_its_parameter_is()
    {
        var expected = JsonNode.Parse(
            """
            {
              "environmentName": "full",
              "location": "westeurope",
              "resourceGroupName": "rg-of-its-own",
              "settings": { "LogRetentionDays": 90, "Search__Provider": "brave" },
              "maximumInstanceCount": 7,
              "instanceMemoryMB": 512,
              "httpConcurrency": 16,
              "telemetry": true,
              "alerts": false,
              "alertEmail": "operator@example.com",
              "budgetAmount": 50,
              "budgetStart": "2026-11-01",
              "privateNetworking": true,
              "adminKey": "secret-1",
              "aiApiKey": "secret-2",
              "searchApiKey": "secret-3",
              "secretsKey": "secret-4",
              "secretsPreviousKey": "secret-5",
              "webhooksPreviousSigningKey": "secret-6",
              "webhooksSigningKey": "secret-7",
              "secretsInVault": ["AdminKey", "SearchApiKey"]
            }
            """)!;

        Assert.Equal(expected.ToJsonString(), (await Deployment.InFull.CompileParametersAsync()).ToJsonString());
        Assert.Equal(DeploymentEnvironment.Variables.Order(StringComparer.Ordinal), DeploymentEnvironment.Full.Keys.Order(StringComparer.Ordinal));
    }

    [BicepFact]
    public async Task An_instance_has_a_size_that_there_is()
    {
        var compiled = await BicepCompiler.RunAsync(
            DeploymentEnvironment.With("SERVERLESS_INSTANCE_MEMORY", "1024"), "build-params", SourceTree.PathOf("infra", "main.bicepparam"), "--stdout");

        Assert.Equal((1, ""), (compiled.ExitCode, compiled.Output));
        Assert.Contains("\"1024\". Available properties include \"2048\", \"4096\", \"512\"", compiled.Messages, StringComparison.Ordinal);

        var template = await Deployment.ByDefault.CompileTemplateAsync();
        Assert.Equal("[512,2048,4096]", template.Parameters["instanceMemoryMB"]!["allowedValues"]!.ToJsonString());
    }

    [BicepFact]
    public async Task The_page_on_deployment_names_every_parameter_and_every_variable()
    {
        var page = await File.ReadAllTextAsync(SourceTree.PathOf("docs", "deploy.md"));
        var template = await Deployment.ByDefault.CompileTemplateAsync();

        Assert.All(
            template.Parameters.Select(parameter => parameter.Key).Concat(DeploymentEnvironment.Variables),
            name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }
}
