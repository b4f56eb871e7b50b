using System.Text.Json;
using Serverless.Http;
using Serverless.Runs.Apps;

namespace Serverless.Runs.Inputs;

/// <summary>Which outputs of an app a run is to give out.</summary>
internal static class OutputChoice
{
    private static readonly TextField Label = new("output", "What an output is called.");

    /// <summary>The choice in a body.</summary>
    public static TextsField Field { get; } = new(
        "outputs", "The outputs to give out, by their labels; only the steps that they rest on are carried out. All of them where none is named.", Label);

    /// <summary>Reads the choice.</summary>
    /// <param name="app">The app.</param>
    /// <param name="body">The body.</param>
    /// <param name="problems">Takes what is wrong: a label that no output of the app has.</param>
    /// <returns>What of the app is to be run.</returns>
    public static AppDefinition Read(AppDefinition app, JsonElement body, RequestProblems problems)
    {
        var chosen = new RequestReader(body, problems).Read(Field) ?? [];
        string[] labels = [.. app.Outputs.Select(output => output.Label).Distinct(StringComparer.Ordinal)];
        foreach (var (path, label) in chosen.Where(choice => !labels.Contains(choice.Value, StringComparer.Ordinal)))
        {
            problems.Option(path, label, labels);
        }

        return chosen.Count == 0 ? app : AppPart.Of(app, [.. chosen.Select(choice => choice.Value)]);
    }
}
