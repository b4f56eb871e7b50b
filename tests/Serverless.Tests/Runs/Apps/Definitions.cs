using System.Text;
using System.Text.Json;
using Serverless.Http;
using Serverless.Runs.Apps;

namespace Serverless.Tests.Runs.Apps;

/// <summary>Definitions of apps, in JSON.</summary>
internal static class Definitions
{
    /// <summary>A small app that is valid.</summary>
    public const string Greeting =
        """
        {
          "name": "Greeting",
          "description": "Greets people",
          "parameters": [
            { "id": "who", "name": "Who", "type": "text", "description": "Whom to greet" },
            { "id": "place", "name": "Place", "type": "options", "options": ["Studio", "Urban", "Park"], "default": "Park" },
            { "id": "picture", "name": "Picture", "type": "url", "media": ["image/*"], "default": "https://example.com/a.png" }
          ],
          "steps": [
            { "id": "greet", "kind": "text", "template": "Hello {{inputs.Who}} in the {{inputs.Place}}" },
            { "id": "shout", "kind": "text", "template": "{{steps.greet}}!" }
          ],
          "outputs": [ { "id": "greeting", "label": "Greeting", "type": "text", "step": "shout" } ]
        }
        """;

    /// <summary>An app with a step of every kind, and with all that a definition may say.</summary>
    public const string OfEverything =
        """
        {"name":"Everything","description":"Does it all","parameters":[{"id":"who","name":"Who","type":"text","description":"Whom"},
        {"id":"place","name":"Place","type":"options","options":["Studio","Park"],"default":"Park"},{"id":"picture","name":"Picture","type":"url","media":["image/*"],"default":"https://example.com/a.png"}],
        "steps":[{"id":"greet","kind":"text","template":"Hello \"{{inputs.Who}}\" in the <{{inputs.Place}}>"},{"id":"pause","kind":"delay","seconds":1,"after":["greet"]},
        {"id":"send","kind":"http","method":"POST","url":"https://example.com/{{inputs.Place}}","headers":{"Content-Type":"application/json","Authorization":"Bearer secret"},"body":"{\"text\":\"{{steps.greet}}\"}","pointer":"/id","retries":0,"timeoutSeconds":5},
        {"id":"ask","kind":"llm","prompt":"{{steps.greet}}","system":"Be brief","maxTokens":16},{"id":"find","kind":"search","query":"{{inputs.Who}}","count":3}],
        "outputs":[{"id":"greeting","label":"Greeting","type":"text","step":"greet"},{"id":"sent","label":"Sent","type":"json","step":"send"}]}
        """;

    /// <summary>A definition with one step, given as the properties that follow its id.</summary>
    public static string WithStep(string properties, string more = "") =>
        $$"""
        {"name":"A","parameters":[{"id":"who","name":"Who","type":"text"}],"steps":[{"id":"a",{{properties}}}{{more}}],
         "outputs":[{"id":"o","label":"O","type":"text","step":"a"}]}
        """;

    /// <summary>A definition with one parameter, given as its properties.</summary>
    public static string WithParameter(string properties) =>
        $$"""
        {"name":"A","parameters":[{{{properties}}}],"steps":[{"id":"a","kind":"text","template":"t"}],"outputs":[{"id":"o","label":"O","type":"text","step":"a"}]}
        """;

    /// <summary>Reads a definition that is valid.</summary>
    public static AppDefinition Read(string json, string appId = "test")
    {
        using var document = JsonDocument.Parse(json);
        return AppDefinitionReader.Read(appId, document.RootElement);
    }

    /// <summary>Everything that is wrong with a definition.</summary>
    public static IReadOnlyList<(string? Param, string Code, string Message)> ProblemsOf(string json, string appId = "test")
    {
        var refused = Assert.Throws<ApiException>(() => Read(json, appId)).Error;
        Assert.Equal((400, "VALIDATION_ERROR", "Invalid app definition", false), (refused.Status, refused.Code, refused.Message, refused.Retryable));
        return [.. refused.Details.Select(detail => (detail.Field, detail.Code, detail.Message))];
    }

    /// <summary>A definition as it is kept.</summary>
    public static string Write(AppDefinition app) => Encoding.UTF8.GetString(AppDefinitionWriter.Write(app).Span);
}
