using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using NSwag.CodeGeneration.CSharp;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.OpenApi;

/// <summary>Clients can be generated from the description of the API: they compile, and go there and back on every surface.</summary>
public sealed class ClientTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    [Fact]
    public async Task The_description_has_no_fault_that_a_linter_knows()
    {
        using var folder = new ScratchFolder();
        var description = await folder.WriteAsync("openapi.json", await DescriptionAsync());

        var said = await ClientTools.RunAsync(
            "@redocly/cli/bin/cli.js", ["lint", description, "--config", Path.Combine(ClientTools.Folder, "redocly.yaml"), "--format", "github-actions"]);

        Assert.DoesNotContain("::", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Types_of_TypeScript_compile_and_go_there_and_back()
    {
        var generated = Directory.CreateDirectory(Path.Combine(ClientTools.Folder, "generated"));
        using var folder = new ScratchFolder();
        var description = await folder.WriteAsync("openapi.json", await DescriptionAsync());
        await ClientTools.RunAsync("openapi-typescript/bin/cli.js", [description, "--output", Path.Combine(generated.FullName, "api.ts"), "--default-non-nullable=false"]);
        await ClientTools.RunAsync("typescript/bin/tsc", ["--project", ClientTools.Folder]);

        var said = await ClientTools.RunAsync(
            Path.Combine(ClientTools.Folder, "out", "roundTrip.js"), [], (await DemoValues.OfAsync(fixture.Host)).Select(value => KeyValuePair.Create(value.Key, (string?)value.Value)));

        Assert.Contains("There and back on every surface.", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_of_CSharp_compiles_and_goes_there_and_back()
    {
        var code = await GenerateAsync(await DescriptionAsync());
        var roundTrip = await File.ReadAllTextAsync(Path.Combine(ClientTools.Folder, "RoundTrip.cs"));
        var compilation = CSharpCompilation.Create(
            "GeneratedClient",
            [CSharpSyntaxTree.ParseText(code), CSharpSyntaxTree.ParseText(roundTrip)],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
            new(OutputKind.DynamicallyLinkedLibrary));
        using var assembly = new MemoryStream();
        var result = compilation.Emit(assembly);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)));
        assembly.Position = 0;
        var run = AssemblyLoadContext.Default.LoadFromStream(assembly).GetType("RoundTrip")!.GetMethod("RunAsync", BindingFlags.Public | BindingFlags.Static)!;

        await (Task)run.Invoke(null, [fixture.Host.Client, await DemoValues.OfAsync(fixture.Host)])!;
    }

    // The generator knows 3.0.
    private static async Task<string> GenerateAsync(string description)
    {
        var parsed = OpenApiModelFactory.Parse(description, "json").Document!;
        var document = await NSwag.OpenApiDocument.FromJsonAsync(await parsed.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_0));
        return new CSharpClientGenerator(document, new()
        {
            ClassName = "ServerlessClient",
            UseBaseUrl = false,
            GenerateOptionalParameters = true,
            OperationNameGenerator = new NSwag.CodeGeneration.OperationNameGenerators.SingleClientFromOperationIdOperationNameGenerator(),
            CSharpGeneratorSettings =
            {
                Namespace = "Generated",
                JsonLibrary = NJsonSchema.CodeGeneration.CSharp.CSharpJsonLibrary.SystemTextJson,
                JsonLibraryVersion = 10,
                GenerateNullableReferenceTypes = true,
            },
        }).GenerateFile();
    }

    private Task<string> DescriptionAsync() => fixture.Host.Client.GetStringAsync("/openapi.json");
}
