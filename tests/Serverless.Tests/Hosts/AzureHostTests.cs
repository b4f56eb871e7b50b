using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Hosts;

/// <summary>What the application is built from when it is built for Azure.</summary>
public sealed class AzureHostTests
{
    private static readonly Dictionary<string, string> Packages = new(StringComparer.Ordinal)
    {
        ["Azure.Data.Tables"] = "12.11.0",
        ["Azure.Identity"] = "1.21.0",
        ["Azure.Monitor.OpenTelemetry.Exporter"] = "1.8.1",
        ["Azure.Storage.Queues"] = "12.27.1",
        ["BouncyCastle.Cryptography"] = "2.6.2",
        ["Microsoft.Azure.Functions.Worker"] = "2.52.0",
        ["Microsoft.Azure.Functions.Worker.Extensions.Http"] = "3.3.0",
        ["Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore"] = "2.1.1",
        ["Microsoft.Azure.Functions.Worker.Extensions.Storage.Queues"] = "5.5.4",
        ["Microsoft.Azure.Functions.Worker.Extensions.Timer"] = "4.3.1",
        ["Microsoft.Azure.Functions.Worker.OpenTelemetry"] = "1.2.0",
        ["Microsoft.Azure.Functions.Worker.Sdk"] = "2.0.7",
    };

    [Fact]
    public async Task For_Azure_it_takes_the_real_packages_and_nothing_that_stands_in_for_them()
    {
        var items = await EvaluateAsync("azure");

        var references = Names(items, "PackageReference");
        Assert.Empty(Packages.Keys.Except(references, StringComparer.Ordinal));
        var versions = items["PackageVersion"]!.AsArray().ToDictionary(
            item => item!["Identity"]!.GetValue<string>(), item => item!["Version"]!.GetValue<string>(), StringComparer.Ordinal);
        Assert.All(Packages, package => Assert.Equal(package.Value, versions[package.Key]));
        Assert.Empty(items["ProjectReference"]!.AsArray());
        Assert.DoesNotContain("standalone", items.ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Standing_alone_it_takes_the_stand_ins_and_nothing_they_stand_in_for()
    {
        var items = await EvaluateAsync("standalone");

        Assert.Equal(
            ["../standalone/Host/Serverless.Standalone.Host.csproj", "../standalone/Tables/Serverless.Standalone.Tables.csproj"],
            Names(items, "ProjectReference").Order(StringComparer.Ordinal));
        Assert.DoesNotContain(
            Names(items, "PackageReference"),
            name => name.StartsWith("Microsoft.Azure.Functions.", StringComparison.Ordinal) || name == "Azure.Data.Tables");
    }

    private static IEnumerable<string> Names(JsonNode items, string kind) => items[kind]!.AsArray().Select(item => item!["Identity"]!.GetValue<string>());

    private static async Task<JsonNode> EvaluateAsync(string host)
    {
        await using var build = await ChildProcess.RunAsync(
            "dotnet",
            "msbuild",
            SourceTree.PathOf("functions", "Serverless.csproj"),
            "-getItem:PackageReference,PackageVersion,ProjectReference",
            $"-p:FunctionsHost={host}");
        Assert.True(await build.WaitForExitAsync() == 0, string.Join('\n', build.Output));
        return JsonNode.Parse(string.Join('\n', build.Output))!["Items"]!;
    }
}
