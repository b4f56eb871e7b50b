using Serverless.Ingestion.Index;
using Serverless.Logs.Entries;

namespace Serverless.Logs.Query;

/// <summary>What an entry has to be: conditions on its fields, put together by and, or, and not.</summary>
internal abstract record LogExpression
{
    /// <summary>The levels that entries can have of which this holds, a bit for each.</summary>
    public abstract uint Levels { get; }

    /// <summary>Which terms entries have of which this holds.</summary>
    public abstract TermQuestion Terms { get; }

    /// <summary>The conditions that hold of every entry of which this holds.</summary>
    public virtual IEnumerable<LogCondition> Necessary => [];

    /// <summary>All conditions, from left to right.</summary>
    public abstract IEnumerable<LogCondition> Conditions { get; }

    /// <summary>Whether this holds.</summary>
    /// <param name="holds">Whether a condition holds.</param>
    public abstract bool Evaluate(Func<LogCondition, bool> holds);
}

/// <summary>All of several.</summary>
internal sealed record LogAnd(IReadOnlyList<LogExpression> Parts) : LogExpression
{
    /// <inheritdoc/>
    public override uint Levels => Parts.Aggregate(LogLevels.All, (levels, part) => levels & part.Levels);

    /// <inheritdoc/>
    public override TermQuestion Terms => TermQuestion.And(Parts.Select(part => part.Terms));

    /// <inheritdoc/>
    public override IEnumerable<LogCondition> Necessary => Parts.SelectMany(part => part.Necessary);

    /// <inheritdoc/>
    public override IEnumerable<LogCondition> Conditions => Parts.SelectMany(part => part.Conditions);

    /// <inheritdoc/>
    public override bool Evaluate(Func<LogCondition, bool> holds) => Parts.All(part => part.Evaluate(holds));
}

/// <summary>One of several.</summary>
internal sealed record LogOr(IReadOnlyList<LogExpression> Parts) : LogExpression
{
    /// <inheritdoc/>
    public override uint Levels => Parts.Aggregate(0u, (levels, part) => levels | part.Levels);

    /// <inheritdoc/>
    public override TermQuestion Terms => TermQuestion.Or(Parts.Select(part => part.Terms));

    /// <inheritdoc/>
    public override IEnumerable<LogCondition> Conditions => Parts.SelectMany(part => part.Conditions);

    /// <inheritdoc/>
    public override bool Evaluate(Func<LogCondition, bool> holds) => Parts.Any(part => part.Evaluate(holds));
}

/// <summary>The opposite of another.</summary>
internal sealed record LogNot(LogExpression Part) : LogExpression
{
    /// <inheritdoc/>
    public override uint Levels => Part is LogCondition { Field: LogField.Level } ? LogLevels.All & ~Part.Levels : LogLevels.All;

    /// <inheritdoc/>
    public override TermQuestion Terms => TermQuestion.Anything;

    /// <inheritdoc/>
    public override IEnumerable<LogCondition> Conditions => Part.Conditions;

    /// <inheritdoc/>
    public override bool Evaluate(Func<LogCondition, bool> holds) => !Part.Evaluate(holds);
}

/// <summary>A condition on a field: it holds if the field is there, and its value passes a test.</summary>
/// <param name="Field">The field.</param>
/// <param name="Path">The names that lead to the value within it, dots between them; empty for the field itself.</param>
/// <param name="Test">The test.</param>
internal sealed record LogCondition(LogField Field, string Path, ValueTest Test) : LogExpression
{
    /// <inheritdoc/>
    public override uint Levels => Field == LogField.Level ? Test.Levels : LogLevels.All;

    /// <inheritdoc/>
    public override TermQuestion Terms => (Field, Path, Test) switch
    {
        (LogField.Message, _, ContainsTest test) => test.Terms,
        (LogField.TraceId or LogField.SpanId or LogField.ParentSpanId, _, EqualsTest test) => LogTerms.Question(Field, test.Value),
        (LogField.Metadata, _, EqualsTest test) => LogTerms.MetadataQuestion(Path, test.Value),
        (LogField.Error, "type", EqualsTest test) => LogTerms.ErrorTypeQuestion(test.Value),
        _ => TermQuestion.Anything,
    };

    /// <inheritdoc/>
    public override IEnumerable<LogCondition> Necessary => [this];

    /// <inheritdoc/>
    public override IEnumerable<LogCondition> Conditions => [this];

    /// <inheritdoc/>
    public override bool Evaluate(Func<LogCondition, bool> holds) => holds(this);
}
