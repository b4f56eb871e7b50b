using System.Text.RegularExpressions;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Infrastructure;

/// <summary>What a compiler would complain of: text that is no Bicep, names that nothing has, modules that are given the wrong things.</summary>
public sealed partial class BicepSyntaxTests
{
    // Of the language's functions, namespaces and decorators those that are in use.
    private static readonly HashSet<string> Known =
    [
        "bool", "cidrSubnet", "concat", "contains", "empty", "environment", "filter", "guid", "int", "items", "json", "map", "mapValues",
        "readEnvironmentVariable", "split", "string", "subscription", "subscriptionResourceId", "tenant", "toObject", "union", "uniqueString", "utcNow",
        "allowed", "description", "export", "maxLength", "maxValue", "metadata", "minLength", "minValue", "sealed", "secure",
    ];

    [Fact]
    public async Task Every_file_is_Bicep()
    {
        foreach (var file in (await BicepFiles.LoadAsync()).Values)
        {
            Assert.DoesNotContain(file.Root.All, node => node.IsMistake);
        }
    }

    [Fact]
    public async Task Every_name_is_declared_once_and_used()
    {
        foreach (var file in (await BicepFiles.LoadAsync()).Values)
        {
            var imported = file.Root.Children.Where(node => node.Type == "import_functionality").SelectMany(node => node.Children)
                .Where(node => node.Type == "identifier").Select(node => node.Text).ToArray();
            string[] declared = [.. imported, .. file.Declarations.Where(declaration => declaration.Kind != "output").Select(declaration => declaration.Name)];
            Assert.Equal(declared.Distinct(StringComparer.Ordinal), declared);

            var used = file.Declarations.SelectMany(Uses).ToHashSet(StringComparer.Ordinal);
            AssertNone(file.Path, used.Except(Known).Except(declared));

            string[] needed = [.. imported, .. file.Of("parameter").Concat(file.Of("variable")).Select(declaration => declaration.Name)];
            AssertNone(file.Path, IsRead(file) ? needed.Except(used) : []);
        }
    }

    [Fact]
    public async Task Every_module_is_there_and_is_given_what_it_asks_for()
    {
        var files = await BicepFiles.LoadAsync();
        var main = files["main.bicep"];
        Assert.Equal(
            files.Keys.Where(path => path.StartsWith("modules/", StringComparison.Ordinal)),
            main.Of("module").Select(module => module.Target).Append("modules/settings.bicep").Order(StringComparer.Ordinal));
        foreach (var module in main.Of("module"))
        {
            var parameters = files[module.Target].Of("parameter").ToArray();
            var given = module.Body.Find("params")!.Properties.Select(property => property.Name).ToArray();

            AssertNone(module.Name, given.Except(parameters.Select(parameter => parameter.Name)));
            AssertNone(module.Name, parameters.Where(parameter => !parameter.HasDefault).Select(parameter => parameter.Name).Except(given));
        }

        foreach (Match use in OutputUse().Matches(main.Root.Text))
        {
            var module = main.Named(use.Groups["module"].Value);
            Assert.Contains(files[module.Target].Of("output"), output => output.Name == use.Groups["output"].Value);

            // What may not be there has to be asked for with care.
            Assert.Equal(module.Condition is not null, use.Value.Contains('?', StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task The_parameter_file_gives_what_the_template_asks_for()
    {
        var files = await BicepFiles.LoadAsync();
        var parameters = files["main.bicep"].Of("parameter").ToArray();
        var given = Assigned().Matches(await File.ReadAllTextAsync(SourceTree.PathOf("infra", "main.bicepparam")))
            .Select(match => match.Groups["name"].Value).ToArray();

        Assert.NotEmpty(given);
        Assert.Empty(given.Except(parameters.Select(parameter => parameter.Name)));
        Assert.Empty(parameters.Where(parameter => !parameter.HasDefault).Select(parameter => parameter.Name).Except(given));
        Assert.Equal("./main.bicep", files["main.bicepparam"].Root.Children.Single(node => node.Type == "using_statement").Children[0].Literal);
    }

    private static void AssertNone(string where, IEnumerable<string> names) => Assert.Empty(names.Select(name => $"{where}: {name}"));

    [Fact]
    public async Task The_page_on_deployment_names_every_parameter_and_every_variable()
    {
        var page = await File.ReadAllTextAsync(SourceTree.PathOf("docs", "deploy.md"));
        var files = await BicepFiles.LoadAsync();
        var variables = files["main.bicepparam"].Root.All
            .Where(node => node.Type == "call_expression" && node.Children[0].Text == "readEnvironmentVariable")
            .Select(call => call.Children[1].Children[0].Literal!);

        Assert.All(
            files["main.bicep"].Of("parameter").Select(parameter => parameter.Name).Concat(variables),
            name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    // What a settings module exports and what a parameter file assigns is read elsewhere.
    private static bool IsRead(BicepFile file) => file.Path is not ("modules/settings.bicep" or "main.bicepparam");

    private static IEnumerable<string> Uses(BicepDeclaration declaration)
    {
        var all = declaration.Node.All.ToArray();
        var own = all.Where(node => node.Type == "lambda_expression" || node.Type == "for_statement").Select(node => node.Children[0])
            .SelectMany(bound => bound.Type == "for_loop_parameters" ? bound.Children : [bound])
            .Select(bound => bound.Text)
            .ToHashSet(StringComparer.Ordinal);
        var keys = all.Where(node => node.Type == "object_property").Select(property => property.Children[0]).ToHashSet(ReferenceEqualityComparer.Instance);
        keys.Add(declaration.Node.Children[0]);
        return declaration.Decorators.SelectMany(decorator => decorator.All).Concat(all)
            .Where(node => node.Type == "identifier" && !keys.Contains(node))
            .Select(node => node.Text)
            .Where(name => !own.Contains(name) && (declaration.Decorators.Count == 0 || name != "azd" && name != "type"));
    }

    [GeneratedRegex(@"(?<module>\w+)(\.\?|\.)outputs\.(?<output>\w+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex OutputUse();

    [GeneratedRegex(@"^param (?<name>\w+) =", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Assigned();
}
