using Serverless.Texts;

namespace Serverless.Http;

/// <summary>What can be wrong with a text.</summary>
public enum TextProblem
{
    /// <summary>It is no text.</summary>
    Kind,

    /// <summary>It is too short.</summary>
    TooShort,

    /// <summary>It is too long.</summary>
    TooLong,

    /// <summary>It has characters that may not stand in it.</summary>
    Characters,
}

/// <summary>What can be wrong with a whole number.</summary>
public enum NumberProblem
{
    /// <summary>It is a text, and not that of a number of the range.</summary>
    Text,

    /// <summary>It is no number.</summary>
    Kind,

    /// <summary>It is no whole number.</summary>
    Fraction,

    /// <summary>It is out of its range.</summary>
    Range,
}

/// <summary>
/// Everything that is wrong with a request, so that all of it can be said at once. How it is said is up to the surface: what it does not say
/// in words of its own, it says in these.
/// </summary>
/// <param name="message">What the error says of all problems together.</param>
public class RequestProblems(string message)
{
    /// <summary>The longest parameter of a query string, in characters, where nothing else is said.</summary>
    public const int MaxParameterLength = 1024;

    private static readonly TextField Parameter = new("parameter", "Any parameter.") { MinLength = 1, MaxLength = MaxParameterLength };

    private readonly List<ErrorDetail> _details = [];

    /// <summary>Whether nothing is wrong so far.</summary>
    public bool IsEmpty => _details.Count == 0;

    /// <summary>What every parameter of a query string has to be beside its own rules; null for nothing.</summary>
    public virtual TextField? AnyParameter => Parameter;

    /// <summary>Whether a parameter that is given more than once is refused; else its values count as one, with commas between them.</summary>
    public virtual bool RefusesRepetition => true;

    /// <summary>A value has to be given, and was not.</summary>
    public virtual void Missing(string name) => Complain(name, "required", "is required");

    /// <summary>A parameter was given more than once.</summary>
    public virtual void Repeated(string name) => Complain(name, "repeated", "must be given once");

    /// <summary>There is nothing of this name.</summary>
    public virtual void Unknown(string name) => Add(name, "unknown_parameter", $"There is no parameter \"{name}\"");

    /// <summary>A value has the wrong JSON type.</summary>
    public void Type(string name, string expected) => Complain(name, "invalid_type", $"must be {expected}");

    /// <summary>A value is of the right type, and yet not possible.</summary>
    public virtual void Value(string name, string expected) => Complain(name, "invalid_format", $"must be {expected}");

    /// <summary>A value is not one of those that are allowed.</summary>
    public virtual void Option(string name, string value, IEnumerable<string> allowed) =>
        Complain(name, "invalid_option", $"must be one of: {string.Join(", ", allowed)}");

    /// <summary>Something is wrong with a text.</summary>
    public virtual void Text(string name, TextField field, TextProblem problem)
    {
        if (problem == TextProblem.Kind)
        {
            Type(name, "a string");
        }
        else
        {
            Complain(name, problem == TextProblem.TooShort ? "too_short" : "too_long", $"must have {field.MinLength} to {field.MaxLength} characters");
        }
    }

    /// <summary>Something is wrong with a whole number.</summary>
    public virtual void Number(string name, WholeNumberField field, NumberProblem problem) =>
        Complain(name, "out_of_range", $"must be {field.InWords}");

    /// <summary>Something is wrong with a value.</summary>
    /// <param name="name">The value.</param>
    /// <param name="code">The rule that was broken.</param>
    /// <param name="rule">The rule in words, going on from the name.</param>
    public void Complain(string name, string code, string rule) => Add(name, code, Sentence(name, rule));

    /// <summary>Anything else that is wrong.</summary>
    /// <param name="name">The value; null when it is none in particular.</param>
    /// <param name="code">The rule that was broken.</param>
    /// <param name="text">The rule in words.</param>
    public void Add(string? name, string code, string text) => _details.Add(new(null, name, code, text));

    /// <summary>Ends the reading.</summary>
    /// <exception cref="ApiException">Something was wrong.</exception>
    public void Conclude()
    {
        if (_details.Count > 0)
        {
            throw Refuse(message, _details);
        }
    }

    /// <summary>The error that says what is wrong.</summary>
    /// <param name="message">What it says of all problems together.</param>
    /// <param name="details">The problems.</param>
    protected virtual ApiException Refuse(string message, IReadOnlyList<ErrorDetail> details) => RequestErrors.Invalid(message, details);

    /// <summary>A sentence about a value.</summary>
    protected virtual string Sentence(string name, string rule) => $"\"{name}\" {rule}";
}

/// <summary>The same in the words of Lamina, and of all that goes with its envelope.</summary>
/// <inheritdoc/>
public class LaminaProblems(string message) : RequestProblems(message)
{
    private const int MaxShownLength = 64;

    /// <inheritdoc/>
    public override TextField? AnyParameter => null;

    /// <inheritdoc/>
    public override bool RefusesRepetition => false;

    /// <inheritdoc/>
    public override void Missing(string name) => Add(name, "missing_no_default", $"\"{name}\" is required: no default is configured for this parameter.");

    /// <inheritdoc/>
    public override void Unknown(string name) => Complain(name, "unknown_parameter", "there is no such parameter");

    /// <inheritdoc/>
    public override void Value(string name, string expected) => Complain(name, "invalid_option", $"must be {expected}");

    /// <inheritdoc/>
    public override void Option(string name, string value, IEnumerable<string> allowed) =>
        Add(name, "invalid_option", $"\"{name}\": invalid option \"{Characters.Beginning(value, MaxShownLength)}\". Must be one of: {string.Join(", ", allowed)}");

    /// <inheritdoc/>
    public override void Text(string name, TextField field, TextProblem problem)
    {
        switch (problem)
        {
            case TextProblem.TooShort:
                Complain(name, "too_short", "must not be empty");
                break;
            case TextProblem.TooLong:
                Complain(name, "too_long", $"must be at most {field.MaxLength} characters");
                break;
            case TextProblem.Characters:
                Complain(name, "invalid_format", $"must be {field.Rule!.InWords}");
                break;
            default:
                base.Text(name, field, problem);
                break;
        }
    }

    /// <inheritdoc/>
    public override void Number(string name, WholeNumberField field, NumberProblem problem)
    {
        switch (problem)
        {
            case NumberProblem.Kind or NumberProblem.Fraction:
                Type(name, "a whole number");
                break;
            case NumberProblem.Range:
                Complain(name, "out_of_range", $"must be from {field.Min} to {field.Max}");
                break;
            default:
                base.Number(name, field, problem);
                break;
        }
    }

    /// <inheritdoc/>
    protected override string Sentence(string name, string rule) => $"\"{name}\": {rule}.";
}
