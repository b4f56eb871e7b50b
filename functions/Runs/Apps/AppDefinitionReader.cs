using System.Text.Json;
using Serverless.Http;

namespace Serverless.Runs.Apps;

/// <summary>Reads the definitions of apps, and says everything that is wrong with one.</summary>
internal static class AppDefinitionReader
{
    private const int MaxParameters = 20;
    private const int MaxOutputs = 20;

    private static readonly NamingField Name = DefinitionFields.Name("name", "The name, for people.") with { IsRequired = true };
    private static readonly TextField Description = DefinitionFields.Description("What it does, for people.");
    private static readonly ObjectsField Parameters = new("parameters", "The inputs, in the order they are asked for.", ParameterReader.Fields) { MaxCount = MaxParameters };
    private static readonly ObjectsField Steps = new("steps", "What turns the inputs into the outputs. Steps that wait for each other in a circle are refused.", StepReader.Fields)
    {
        IsRequired = true,
        MinCount = 1,
        MaxCount = StepReader.MaxSteps,
    };

    private static readonly NamingField OutputId = DefinitionFields.Id("Its id within the app.");
    private static readonly NamingField OutputLabel = DefinitionFields.Name("label", "What it is called.") with { IsRequired = true };
    private static readonly OptionField OutputType = new("type", "What it is. `json` that turns out to be none is given out as the text it is.", AppWords.OutputTypes) { IsRequired = true };
    private static readonly TextField OutputStep = new("step", "The id of the step whose result it is.") { IsRequired = true, MinLength = 1 };
    private static readonly ObjectsField Outputs = new("outputs", "The results that are given out, in the order they are shown.", [OutputId, OutputLabel, OutputType, OutputStep])
    {
        IsRequired = true,
        MinCount = 1,
        MaxCount = MaxOutputs,
    };

    private static readonly WholeNumberField Limit = new("limit", "How many.", 1, 100) { IsRequired = true };
    private static readonly TextField Key = new("key", "A text that may name inputs, such as `{{inputs.Customer}}`: runs for which it comes to the same share the limit. All of them do without it.") { MaxLength = 200 };
    private static readonly MembersField Concurrency = new("concurrency", "How many runs of the app are under way at once: the others stay `queued`, and begin in the order in which they were accepted. As many as come without it.", [Limit, Key]);

    /// <summary>What a definition has.</summary>
    public static IReadOnlyList<Field> Fields { get; } = [Name, Description, Parameters, Steps, Outputs, Concurrency];

    /// <summary>Reads a definition.</summary>
    /// <param name="appId">The id of the app, which the definition itself does not say.</param>
    /// <param name="json">A JSON object.</param>
    /// <exception cref="ApiException">400, with all problems: there can be no such app.</exception>
    public static AppDefinition Read(string appId, JsonElement json)
    {
        var problems = new LaminaProblems("Invalid app definition");
        AppIds.InPath.Read(appId, AppIds.InPath.Name, problems);
        var definition = Read(appId, new RequestReader(json, problems));
        problems.Conclude();
        return definition;
    }

    private static AppDefinition Read(string appId, RequestReader fields)
    {
        var name = fields.Read(Name) ?? "";
        var description = fields.Read(Description) ?? "";
        var parameters = ReadAll(Parameters, ParameterReader.Read);
        var stepReader = new StepReader(fields.Problems);
        var steps = ReadAll(Steps, stepReader.Read);
        var outputs = ReadAll(Outputs, ReadOutput);

        RequireUnique(parameters, ParameterReader.Id, parameter => parameter.Id);
        RequireUnique(parameters, ParameterReader.Name, parameter => parameter.Name);
        RequireUnique(steps, StepReader.Id, step => step.Id);
        RequireUnique(outputs, OutputId, output => output.Id);

        var stepIds = steps.Select(step => step.Value.Id).ToHashSet(StringComparer.Ordinal);
        var inputs = parameters.Select(parameter => parameter.Value.Name).ToHashSet(StringComparer.Ordinal);
        stepReader.CheckNames(inputs, stepIds);
        foreach (var (at, output) in outputs.Where(output => output.Value.Step.Length > 0 && !stepIds.Contains(output.Value.Step)))
        {
            at.Complain(OutputStep, "unknown_step", $"there is no step \"{output.Step}\"");
        }

        foreach (var circle in StepGraph.FindCircles([.. steps.Select(step => step.Value)]))
        {
            var at = steps.First(step => step.Value.Id == circle[0]).Fields;
            at.Complain(StepReader.Id, "circle", $"waits for itself: {string.Join(" → ", circle.Append(circle[0]))}");
        }

        return new()
        {
            AppId = appId,
            Name = name,
            Description = description,
            Parameters = [.. parameters.Select(parameter => parameter.Value)],
            Steps = [.. steps.Select(step => step.Value)],
            Outputs = [.. outputs.Select(output => output.Value)],
            Concurrency = ReadConcurrency(fields, inputs),
        };

        List<(RequestReader Fields, T Value)> ReadAll<T>(ObjectsField field, Func<RequestReader, T> read) =>
            [.. (fields.Read(field) ?? []).Select(item => (item, read(item)))];

        void RequireUnique<T>(IEnumerable<(RequestReader Fields, T Value)> items, Field field, Func<T, string> valueOf) =>
            fields.RequireUnique(items.Select(item => (item.Fields.PathOf(field.Name), valueOf(item.Value))));
    }

    private static AppConcurrency? ReadConcurrency(RequestReader definition, HashSet<string> inputs)
    {
        if (definition.Read(Concurrency) is not { } fields)
        {
            return null;
        }

        var (limit, key) = (fields.Number(Limit), fields.Read(Key));
        foreach (var (kind, name) in StepTemplate.Parse(key ?? "").Placeholders.Distinct())
        {
            if (kind != PlaceholderKind.Input)
            {
                fields.Complain(Key, "unknown_placeholder", "may name inputs only, for nothing else is there before a run begins");
            }
            else if (!inputs.Contains(name))
            {
                fields.Complain(Key, "unknown_parameter", $"there is no parameter \"{name}\"");
            }
        }

        return new(limit, key);
    }

    private static AppOutput ReadOutput(RequestReader fields) =>
        new(fields.Read(OutputId) ?? "", fields.Read(OutputLabel) ?? "", fields.Read(OutputType) ?? "", fields.Read(OutputStep) ?? "");
}
