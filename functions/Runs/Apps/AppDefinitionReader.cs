using System.Text.Json;
using Serverless.Http;
using Serverless.Runs.Requests;

namespace Serverless.Runs.Apps;

/// <summary>Reads the definitions of apps, and says everything that is wrong with one.</summary>
internal static class AppDefinitionReader
{
    private const int MaxParameters = 20;
    private const int MaxOutputs = 20;

    /// <summary>Reads a definition.</summary>
    /// <param name="appId">The id of the app, which the definition itself does not say.</param>
    /// <param name="json">A JSON object.</param>
    /// <exception cref="ApiException">400, with all problems: there can be no such app.</exception>
    public static AppDefinition Read(string appId, JsonElement json)
    {
        var problems = new RequestProblems("Invalid app definition");
        if (!AppIds.IsAppId(appId))
        {
            problems.Add("appId", "invalid_format", $"\"appId\": must be {AppIds.Rule}.");
        }

        var definition = Read(appId, new RequestFields(json, problems));
        problems.Conclude();
        return definition;
    }

    private static AppDefinition Read(string appId, RequestFields fields)
    {
        var name = fields.RequiredName("name");
        var description = fields.Text("description", ParameterReader.MaxDescriptionLength) ?? "";
        var parameters = ReadAll("parameters", 0, MaxParameters, ParameterReader.Read);
        var stepReader = new StepReader(fields.Problems);
        var steps = ReadAll("steps", 1, StepReader.MaxSteps, stepReader.Read);
        var outputs = ReadAll("outputs", 1, MaxOutputs, ReadOutput);

        RequireUnique(parameters, "id", parameter => parameter.Id);
        RequireUnique(parameters, "name", parameter => parameter.Name);
        RequireUnique(steps, "id", step => step.Id);
        RequireUnique(outputs, "id", output => output.Id);

        var stepIds = steps.Select(step => step.Value.Id).ToHashSet(StringComparer.Ordinal);
        stepReader.CheckNames(parameters.Select(parameter => parameter.Value.Name).ToHashSet(StringComparer.Ordinal), stepIds);
        foreach (var (at, output) in outputs.Where(output => output.Value.Step.Length > 0 && !stepIds.Contains(output.Value.Step)))
        {
            at.Complain("step", "unknown_step", $"there is no step \"{output.Step}\"");
        }

        foreach (var circle in StepGraph.FindCircles([.. steps.Select(step => step.Value)]))
        {
            var at = steps.First(step => step.Value.Id == circle[0]).Fields;
            at.Complain("id", "circle", $"waits for itself: {string.Join(" → ", circle.Append(circle[0]))}");
        }

        return new()
        {
            AppId = appId,
            Name = name,
            Description = description,
            Parameters = [.. parameters.Select(parameter => parameter.Value)],
            Steps = [.. steps.Select(step => step.Value)],
            Outputs = [.. outputs.Select(output => output.Value)],
        };

        List<(RequestFields Fields, T Value)> ReadAll<T>(string property, int min, int max, Func<RequestFields, T> read) =>
            [.. fields.Objects(property, min, max).Select(item => (item, read(item)))];

        void RequireUnique<T>(IEnumerable<(RequestFields Fields, T Value)> items, string property, Func<T, string> valueOf) =>
            fields.RequireUnique(items.Select(item => (item.Fields.PathOf(property), valueOf(item.Value))));
    }

    private static AppOutput ReadOutput(RequestFields fields) => new(
        fields.RequiredId("id"),
        fields.RequiredName("label"),
        fields.RequiredOption("type", AppWords.OutputTypes),
        fields.RequiredText("step"));
}
