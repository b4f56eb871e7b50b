using System.Text;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Serverless.Http;
using Serverless.Runs.Apps;

namespace Serverless.Runs.Engine.Steps;

/// <summary>
/// What a step works on, in JSON. It is not kept: it follows from the app, the inputs and the results of other steps. What secrets come in is masked, which is the
/// values of headers and of what an address has after its <c>?</c>.
/// </summary>
internal static class StepInput
{
    private const string Masked = "***";

    /// <summary>What a step works on; null while that is not all there, or when it cannot be put together.</summary>
    public static string? Of(Run run, AppStep step)
    {
        if (!StepGraph.DependenciesOf(step).All(need => run.Steps[need].Status == StepStatus.Completed))
        {
            return null;
        }

        try
        {
            return Write(step, new StepCall(run, step));
        }
        catch (TemplateException)
        {
            // The step fails, and says why.
            return null;
        }
    }

    private static string? Write(AppStep step, StepCall call)
    {
        return step switch
        {
            TextStep text => Json(new(Render(text.Template, "result", StepRunners.MaxOutputBytes)), StepInputJson.Default.TextInput),
            HttpStep http => Json(
                new(
                    http.Method,
                    Mask(StepTemplate.Parse(http.Url).RenderUrl(call.ValueOf)),
                    http.Headers.Count == 0 ? null : new(http.Headers.Select(header => KeyValuePair.Create(header.Key, Masked))),
                    http.Body is { } body ? StepTemplate.Parse(body).RenderBody(call.ValueOf) : null),
                StepInputJson.Default.HttpInput),
            LanguageModelStep model => Json(
                new(model.System is { } system ? Render(system, "system text", StepTemplate.MaxBodyBytes) : null, Render(model.Prompt, "prompt", StepTemplate.MaxBodyBytes)),
                StepInputJson.Default.LanguageModelInput),
            SearchStep search => Json(new(Render(search.Query, "query", StepTemplate.MaxLineBytes), search.Count), StepInputJson.Default.SearchInput),
            DelayStep delay => Json(new((int)delay.Duration.TotalSeconds), StepInputJson.Default.DelayInput),
            _ => null,
        };

        string Render(string template, string name, int maxBytes) => StepTemplate.Parse(template).Render(call.ValueOf, name, maxBytes);
    }

    private static string Json<T>(T input, JsonTypeInfo<T> type) => Encoding.UTF8.GetString(JsonResponse.Body(input, type).Span);

    // Neither is there a user's name or password left.
    private static string? Mask(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address))
        {
            return null;
        }

        // What has no name may be a secret itself.
        var values = address.Query.Split('&', '?').Skip(1).Select(part => part.IndexOf('=', StringComparison.Ordinal) is > 0 and var end ? $"{part[..end]}={Masked}" : Masked);
        return address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) + (address.Query.Length > 0 ? $"?{string.Join('&', values)}" : "");
    }
}

/// <summary>What a <c>text</c> works on.</summary>
internal sealed record TextInput(string Text);

/// <summary>What an <c>http</c> works on.</summary>
internal sealed record HttpInput(string Method, string? Url, OrderedDictionary<string, string>? Headers, string? Body);

/// <summary>What an <c>llm</c> works on.</summary>
internal sealed record LanguageModelInput(string? System, string Prompt);

/// <summary>What a <c>search</c> works on.</summary>
internal sealed record SearchInput(string Query, int Count);

/// <summary>What a <c>delay</c> works on.</summary>
internal sealed record DelayInput(int Seconds);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TextInput))]
[JsonSerializable(typeof(HttpInput))]
[JsonSerializable(typeof(LanguageModelInput))]
[JsonSerializable(typeof(SearchInput))]
[JsonSerializable(typeof(DelayInput))]
internal sealed partial class StepInputJson : JsonSerializerContext;
