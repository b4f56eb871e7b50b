using Serverless.Texts;

namespace Serverless.Http;

/// <summary>Everything that is wrong with a request, so that all of it can be said at once.</summary>
/// <param name="message">What the error says of them together.</param>
internal sealed class RequestProblems(string message)
{
    private const int MaxShownLength = 64;

    private readonly List<ErrorDetail> _details = [];

    /// <summary>Whether nothing is wrong so far.</summary>
    public bool IsEmpty => _details.Count == 0;

    /// <summary>The parameter has no default, and was not given.</summary>
    public void Missing(string name) => Add(name, "missing_no_default", $"\"{name}\" is required: no default is configured for this parameter.");

    /// <summary>The value has the wrong JSON type.</summary>
    public void Type(string name, string expected) => Add(name, "invalid_type", $"\"{name}\": must be {expected}.");

    /// <summary>The value is not one of those that are allowed.</summary>
    public void Option(string name, string value, IEnumerable<string> allowed)
    {
        Add(name, "invalid_option", $"\"{name}\": invalid option \"{Characters.Beginning(value, MaxShownLength)}\". Must be one of: {string.Join(", ", allowed)}");
    }

    /// <summary>The value is of the right type, and yet not possible.</summary>
    public void Value(string name, string expected) => Add(name, "invalid_option", $"\"{name}\": must be {expected}.");

    /// <summary>There is no parameter of this name.</summary>
    public void Unknown(string name) => Add(name, "unknown_parameter", $"\"{name}\": there is no such parameter.");

    /// <summary>Anything else that is wrong.</summary>
    /// <param name="name">The parameter; null when it is none in particular.</param>
    /// <param name="code">The rule that was broken.</param>
    /// <param name="text">The rule in words.</param>
    public void Add(string? name, string code, string text) => _details.Add(new(null, name, code, text));

    /// <summary>Ends the reading.</summary>
    /// <exception cref="ApiException">400: something was wrong.</exception>
    public void Conclude()
    {
        if (_details.Count > 0)
        {
            throw RequestErrors.Invalid(message, _details);
        }
    }
}
