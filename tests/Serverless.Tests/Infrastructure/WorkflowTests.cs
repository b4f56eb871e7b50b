using System.Text.RegularExpressions;
using Serverless.Tests.Hosting;
using YamlDotNet.RepresentationModel;

namespace Serverless.Tests.Infrastructure;

/// <summary>What builds, checks and deploys the application outside of a developer's machine.</summary>
public sealed partial class WorkflowTests
{
    private const string Deploy = ".github/workflows/deploy.yml";
    private const string Check = ".github/workflows/ci.yml";
    private const string Azd = "azure.yaml";

    [Theory]
    [InlineData(Azd)]
    [InlineData(Check)]
    [InlineData(Deploy)]
    public void Every_file_that_is_named_is_there(string path)
    {
        var named = Values(Load(path)).SelectMany(value => NamedFile().Matches(value)).Select(match => match.Value).ToArray();

        Assert.NotEmpty(named);
        Assert.All(named, file => Assert.True(Path.Exists(SourceTree.PathOf(file)), file));
    }

    [Theory]
    [InlineData(Check)]
    [InlineData(Deploy)]
    public void Every_action_is_pinned_and_leaves_no_credentials_behind(string path)
    {
        var steps = Jobs(path).SelectMany(job => (YamlSequenceNode)job["steps"]).Where(step => Has(step, "uses")).ToArray();

        Assert.NotEmpty(steps);
        Assert.All(steps, step => Assert.Matches(Pinned(), Text(step["uses"])));
        Assert.All(
            steps.Where(step => Text(step["uses"]).StartsWith("actions/checkout@", StringComparison.Ordinal)),
            step => Assert.Equal("false", Text(step["with"]["persist-credentials"])));
    }

    [Theory]
    [InlineData(Check, "contents: read")]
    [InlineData(Deploy, "contents: read, id-token: write")]
    public void A_job_may_do_what_it_has_to_and_no_more(string path, string expected)
    {
        Assert.Equal("contents: read", Permissions(Load(path)));
        Assert.All(Jobs(path), job => Assert.Equal(expected, Has(job, "permissions") ? Permissions(job) : "contents: read"));

        static string Permissions(YamlNode node) =>
            string.Join(", ", ((YamlMappingNode)node["permissions"]).Select(permission => $"{Text(permission.Key)}: {Text(permission.Value)}"));
    }

    [Fact]
    public void No_secret_is_needed_to_sign_in()
    {
        var logins = Jobs(Deploy).SelectMany(job => (YamlSequenceNode)job["steps"])
            .Where(step => Has(step, "uses") && Text(step["uses"]).StartsWith("azure/login@", StringComparison.Ordinal)).ToArray();

        Assert.Equal(2, logins.Length);
        Assert.All(logins, login => Assert.All(Values(login["with"]), value => Assert.StartsWith("${{ vars.", value, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_deployment_is_given_only_what_its_parameters_read() =>
        Assert.All(
            Jobs(Deploy), job => Assert.Empty(((YamlMappingNode)job["env"]).Select(variable => Text(variable.Key)).Except(DeploymentEnvironment.Variables)));

    [Fact]
    public void What_is_deployed_is_built_for_the_Functions_host()
    {
        var publish = Jobs(Deploy).SelectMany(job => Values(job["steps"])).Single(value => value.Contains("dotnet publish", StringComparison.Ordinal));
        Assert.Contains("dotnet publish functions --configuration Release -p:LocalHost=azure ", publish, StringComparison.Ordinal);

        var hooks = (YamlMappingNode)Load(Azd)["hooks"];
        Assert.Equal(["prerestore", "prepackage", "predeploy"], hooks.Select(hook => Text(hook.Key)));
        foreach (var system in hooks.SelectMany(hook => (YamlMappingNode)hook.Value))
        {
            Assert.Equal("azd env set LocalHost azure", Text(system.Value["run"]));
        }
    }

    [BicepFact]
    public async Task The_service_is_the_one_that_the_function_app_is_tagged_with()
    {
        var azd = Load(Azd);
        var service = Text(Assert.Single((YamlMappingNode)azd["services"]).Key);

        var app = (await Deployment.ByDefault.PredictAsync()).Resource("Microsoft.Web/sites");
        Assert.Equal($$"""{"azd-env-name":"serverless","azd-service-name":"{{service}}"}""", app.Read("tags"));
        Assert.True(File.Exists(SourceTree.PathOf(Text(azd["infra"]["path"]), $"{Text(azd["infra"]["module"])}.bicep")));
        Assert.True(File.Exists(SourceTree.PathOf(Text(azd["services"][service]["project"]), "Serverless.csproj")));
    }

    private static YamlMappingNode Load(string path)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(SourceTree.PathOf(path))));
        return (YamlMappingNode)yaml.Documents.Single().RootNode;
    }

    private static IEnumerable<YamlNode> Jobs(string path) => ((YamlMappingNode)Load(path)["jobs"]).Select(job => job.Value);

    private static bool Has(YamlNode node, string name) => ((YamlMappingNode)node).Children.ContainsKey(name);

    private static IEnumerable<string> Values(YamlNode node) => node switch
    {
        YamlMappingNode mapping => mapping.SelectMany(pair => Values(pair.Value)),
        YamlSequenceNode sequence => sequence.SelectMany(Values),
        _ => [Text(node)],
    };

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;

    [GeneratedRegex(
        @"(?<![\w./$-])((infra|functions)(/[\w./]*\w)?|\.ci/run|global\.json|bicepconfig\.json)(?![\w-])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamedFile();

    [GeneratedRegex("^[a-z-]+/[a-z-]+@[0-9a-f]{40}$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Pinned();
}
