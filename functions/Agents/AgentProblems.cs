using Serverless.Http;

namespace Serverless.Agents;

/// <summary>Everything that is wrong with a request, in the words of Lithtrix: a 422 whose message has it all.</summary>
internal class AgentProblems() : RequestProblems("The request is not valid")
{
    /// <inheritdoc/>
    public override TextField? AnyParameter => null;

    /// <inheritdoc/>
    public override void Text(string name, TextField field, TextProblem problem) =>
        Complain(name, "invalid_format", $"must be a string of {field.MinLength} to {field.MaxLength} {field.Rule!.InWords}");

    /// <inheritdoc/>
    protected override ApiException Refuse(string message, IReadOnlyList<ErrorDetail> details) => Lithtrix.Invalid(details.Select(detail => detail.Message));

    /// <inheritdoc/>
    protected override string Sentence(string name, string rule) => $"{name} {rule}";
}
