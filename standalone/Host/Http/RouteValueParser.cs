namespace Serverless.Standalone.Host;

/// <summary>Turns a route value into what a parameter asks for.</summary>
internal abstract class RouteValueParser
{
    private static readonly RouteValueParser Text = new TextParser();

    /// <summary>The parser for a type: text, or anything that parses itself, such as numbers, dates, booleans and GUIDs; else null.</summary>
    public static RouteValueParser? For(Type type)
    {
        var target = Nullable.GetUnderlyingType(type) ?? type;
        var parsesItself = target.GetInterfaces().Any(candidate =>
            candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(IParsable<>) && candidate.GetGenericArguments()[0] == target);
        return target == typeof(string) ? Text
            : parsesItself ? (RouteValueParser)Activator.CreateInstance(typeof(Parser<>).MakeGenericType(target))!
            : null;
    }

    /// <summary>Whether the text converts; a part of the route that was left out always does.</summary>
    public bool Accepts(string? text) => text is null || TryParse(text, out _);

    /// <summary>The value, or null for a part of the route that was left out.</summary>
    public object? Parse(string? text) => text is not null && TryParse(text, out var value) ? value : null;

    protected abstract bool TryParse(string text, out object? value);

    private sealed class TextParser : RouteValueParser
    {
        protected override bool TryParse(string text, out object? value)
        {
            value = text;
            return true;
        }
    }

    private sealed class Parser<T> : RouteValueParser
        where T : IParsable<T>
    {
        protected override bool TryParse(string text, out object? value)
        {
            var parsed = T.TryParse(text, provider: null, out var result);
            value = result;
            return parsed;
        }
    }
}
