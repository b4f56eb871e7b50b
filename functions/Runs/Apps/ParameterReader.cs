using Microsoft.Net.Http.Headers;
using Serverless.Http;

namespace Serverless.Runs.Apps;

/// <summary>Reads the parameters of definitions.</summary>
internal static class ParameterReader
{
    /// <summary>The longest value of an input, in characters.</summary>
    public const int MaxValueLength = 32_768;

    private const int MaxOptions = 100;
    private const int MaxOptionLength = 200;
    private const int MaxMedia = 20;
    private const int MaxMediaLength = 100;

    private static readonly OptionField Type = new("type", "What it takes: any text, one of the `options`, or the address of something that can be fetched.", AppWords.ParameterTypes) { IsRequired = true };
    private static readonly TextField Description = DefinitionFields.Description("What it is for.");
    private static readonly TextsField Options = new("options", "The values that may be chosen, no two the same. Where the type is `options` they have to be given, else they may not.", Text(MaxOptionLength))
    {
        MaxCount = MaxOptions,
    };

    private static readonly TextField Default = new("default", "What holds when no value is given; without it, one has to be.") { MaxLength = MaxValueLength };
    private static readonly TextsField Media = new("media", "The media types an address may lead to, such as `image/png` or `image/*`; none for all. For the type `url` only.", Text(MaxMediaLength))
    {
        MaxCount = MaxMedia,
    };

    /// <summary>Its id.</summary>
    public static NamingField Id { get; } = DefinitionFields.Id("Its id within the app.");

    /// <summary>Its name.</summary>
    public static NamingField Name { get; } = DefinitionFields.Name("name", "The name that its value is given under, without braces; no two are the same.") with { IsRequired = true };

    /// <summary>What a parameter has.</summary>
    public static IReadOnlyList<Field> Fields { get; } = [Id, Name, Type, Description, Options, Default, Media];

    /// <summary>Reads a parameter. What it takes for a wrong field does not matter: with a problem there will be no app.</summary>
    public static AppParameter Read(RequestReader fields)
    {
        var id = fields.Read(Id) ?? "";
        var name = ReadName(fields);
        var type = AppWords.ParameterTypeOf(fields.Read(Type) ?? "");
        var parameter = new AppParameter
        {
            Id = id,
            Name = name,
            Type = type ?? ParameterType.Text,
            Description = fields.Read(Description) ?? "",
            Options = ReadOptions(fields, type),
            Default = fields.Read(Default),
            Media = ReadMedia(fields, type),
        };
        CheckDefault(fields, parameter);
        return parameter;
    }

    private static TextField Text(int maxLength) => new("", "") { MinLength = 1, MaxLength = maxLength };

    private static string ReadName(RequestReader fields)
    {
        var name = fields.Read(Name) ?? "";
        if (name.AsSpan().ContainsAny('{', '}'))
        {
            fields.Complain(Name, "invalid_format", "must not contain braces, for templates name it within them");
        }

        return name;
    }

    private static string[] ReadOptions(RequestReader fields, ParameterType? type)
    {
        var isOptions = type == ParameterType.Options;
        var options = fields.Read(isOptions ? Options with { IsRequired = true, MinCount = 1 } : Options) ?? [];
        fields.RequireUnique(options);
        if (!isOptions && type is not null && options.Count > 0)
        {
            fields.Complain(Options, "not_allowed", "is for parameters of the type \"options\" only");
        }

        return [.. options.Select(option => option.Value)];
    }

    private static string[] ReadMedia(RequestReader fields, ParameterType? type)
    {
        var media = fields.Read(Media) ?? [];
        foreach (var (path, _) in media.Where(entry => !IsMediaType(entry.Value)))
        {
            fields.Problems.Complain(path, "invalid_media", "must be a media type, such as image/png or image/*");
        }

        if (type is ParameterType.Text or ParameterType.Options && media.Count > 0)
        {
            fields.Complain(Media, "not_allowed", "is for parameters of the type \"url\" only");
        }

        return [.. media.Select(entry => entry.Value)];
    }

    // A star stands for a whole subtype, and for nothing else: who takes all media names none.
    private static bool IsMediaType(string text) =>
        MediaTypeHeaderValue.TryParse(text, out var media)
        && media.Parameters.Count == 0
        && !(text.EndsWith("/*", StringComparison.Ordinal) ? text[..^1] : text).Contains('*', StringComparison.Ordinal);

    private static void CheckDefault(RequestReader fields, AppParameter parameter)
    {
        if (parameter.Default is not { } value)
        {
            return;
        }

        if (parameter is { Type: ParameterType.Options, Options.Count: > 0 } && !parameter.Options.Contains(value))
        {
            fields.Problems.Option(fields.PathOf(Default.Name), value, parameter.Options);
        }
        else if (parameter.Type == ParameterType.Url && !HttpStepRules.IsAddress(value))
        {
            fields.Complain(Default, "invalid_media", "must be an http or https address without credentials");
        }
    }
}
