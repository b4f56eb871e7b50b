using Microsoft.Net.Http.Headers;
using Serverless.Runs.Requests;

namespace Serverless.Runs.Apps;

/// <summary>Reads the parameters of definitions.</summary>
internal static class ParameterReader
{
    /// <summary>The longest value of an input, in characters.</summary>
    public const int MaxValueLength = 32_768;

    /// <summary>The longest description of anything, in characters.</summary>
    public const int MaxDescriptionLength = 1_000;

    private const int MaxOptions = 100;
    private const int MaxOptionLength = 200;
    private const int MaxMedia = 20;
    private const int MaxMediaLength = 100;

    /// <summary>Reads a parameter. What it takes for a wrong field does not matter: with a problem there will be no app.</summary>
    public static AppParameter Read(RequestFields fields)
    {
        var id = fields.RequiredId("id");
        var name = ReadName(fields);
        var type = AppWords.ParameterTypeOf(fields.RequiredOption("type", AppWords.ParameterTypes));
        var parameter = new AppParameter
        {
            Id = id,
            Name = name,
            Type = type ?? ParameterType.Text,
            Description = fields.Text("description", MaxDescriptionLength) ?? "",
            Options = ReadOptions(fields, type),
            Default = fields.Text("default", MaxValueLength),
            Media = ReadMedia(fields, type),
        };
        CheckDefault(fields, parameter);
        return parameter;
    }

    private static string ReadName(RequestFields fields)
    {
        var name = fields.RequiredName("name");
        if (name.AsSpan().ContainsAny('{', '}'))
        {
            fields.Complain("name", "invalid_format", "must not contain braces, for templates name it within them");
        }

        return name;
    }

    private static string[] ReadOptions(RequestFields fields, ParameterType? type)
    {
        var isOptions = type == ParameterType.Options;
        var options = fields.Texts("options", isOptions ? 1 : 0, MaxOptions, MaxOptionLength);
        fields.RequireUnique(options);
        if (!isOptions && type is not null && options.Count > 0)
        {
            fields.Complain("options", "not_allowed", "is for parameters of the type \"options\" only");
        }

        return [.. options.Select(option => option.Value)];
    }

    private static string[] ReadMedia(RequestFields fields, ParameterType? type)
    {
        var media = fields.Texts("media", 0, MaxMedia, MaxMediaLength);
        foreach (var (path, value) in media)
        {
            if (!IsMediaType(value))
            {
                fields.Problems.Add(path, "invalid_media", $"\"{path}\": must be a media type, such as image/png or image/*.");
            }
        }

        if (type is ParameterType.Text or ParameterType.Options && media.Count > 0)
        {
            fields.Complain("media", "not_allowed", "is for parameters of the type \"url\" only");
        }

        return [.. media.Select(entry => entry.Value)];
    }

    // A star stands for a whole subtype, and for nothing else: who takes all media names none.
    private static bool IsMediaType(string text) =>
        MediaTypeHeaderValue.TryParse(text, out var media)
        && media.Parameters.Count == 0
        && !(text.EndsWith("/*", StringComparison.Ordinal) ? text[..^1] : text).Contains('*', StringComparison.Ordinal);

    private static void CheckDefault(RequestFields fields, AppParameter parameter)
    {
        if (parameter.Default is not { } value)
        {
            return;
        }

        if (parameter is { Type: ParameterType.Options, Options.Count: > 0 } && !parameter.Options.Contains(value))
        {
            fields.Problems.Option(fields.PathOf("default"), value, parameter.Options);
        }
        else if (parameter.Type == ParameterType.Url && !HttpStepRules.IsAddress(value))
        {
            fields.Complain("default", "invalid_media", "must be an http or https address without credentials");
        }
    }
}
