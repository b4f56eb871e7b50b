using Serverless.Http;

namespace Serverless.Organizations;

/// <summary>What is wrong with a request about an organization: of every value is told what it has to be.</summary>
/// <inheritdoc/>
internal sealed class OrganizationProblems(string message) : LaminaProblems(message)
{
    /// <inheritdoc/>
    public override void Text(string name, TextField field, TextProblem problem)
    {
        if (problem == TextProblem.Kind)
        {
            base.Text(name, field, problem);
        }
        else
        {
            Value(name, $"{field.MinLength} to {field.MaxLength} {field.Rule?.InWords ?? "characters"}");
        }
    }

    /// <inheritdoc/>
    public override void Number(string name, WholeNumberField field, NumberProblem problem)
    {
        if (problem == NumberProblem.Kind)
        {
            Type(name, "a number");
        }
        else
        {
            Value(name, field.InWords);
        }
    }
}
