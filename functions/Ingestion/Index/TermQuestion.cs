namespace Serverless.Ingestion.Index;

/// <summary>
/// What terms say of a question: a record that answers it certainly has them. Whatever else the question asks for, only opening what may hold the terms
/// tells.
/// </summary>
public abstract record TermQuestion
{
    /// <summary>The question of which no term is known: everything may hold an answer.</summary>
    public static TermQuestion Anything { get; } = new Unknown();

    /// <summary>Whether something may hold an answer.</summary>
    /// <param name="mayContain">Whether it may hold a term.</param>
    public abstract bool MayMatch(Func<ulong, bool> mayContain);

    /// <summary>How many looks at an index it takes, at the least, to learn something; 0 when no term is known.</summary>
    public abstract int Looks { get; }

    /// <summary>The question for records that have a term.</summary>
    public static TermQuestion Of(ulong term) => new Single(term);

    /// <summary>The question for records that answer all of several questions, the rarest first.</summary>
    public static TermQuestion And(params IEnumerable<TermQuestion> questions)
    {
        var known = questions
            .SelectMany(question => question is All all ? all.Questions : [question])
            .Where(question => question is not Unknown)
            .Distinct()
            .ToList();
        return known.Count switch { 0 => Anything, 1 => known[0], _ => new All(known) };
    }

    /// <summary>The question for records that answer one of several questions.</summary>
    public static TermQuestion Or(params IEnumerable<TermQuestion> questions)
    {
        var all = questions.SelectMany(question => question is Any any ? any.Questions : [question]).Distinct().ToList();
        return all.Exists(question => question is Unknown) ? Anything : all is [var only] ? only : new Any(all);
    }

    /// <summary>No term is known.</summary>
    internal sealed record Unknown : TermQuestion
    {
        /// <inheritdoc/>
        public override int Looks => 0;

        /// <inheritdoc/>
        public override bool MayMatch(Func<ulong, bool> mayContain) => true;
    }

    /// <summary>One term.</summary>
    internal sealed record Single(ulong Term) : TermQuestion
    {
        /// <inheritdoc/>
        public override int Looks => 1;

        /// <inheritdoc/>
        public override bool MayMatch(Func<ulong, bool> mayContain) => mayContain(Term);
    }

    /// <summary>All of several.</summary>
    internal sealed record All(IReadOnlyList<TermQuestion> Questions) : TermQuestion
    {
        /// <inheritdoc/>
        public override int Looks => Questions.Min(question => question.Looks);

        /// <inheritdoc/>
        public override bool MayMatch(Func<ulong, bool> mayContain) => Questions.All(question => question.MayMatch(mayContain));
    }

    /// <summary>One of several.</summary>
    internal sealed record Any(IReadOnlyList<TermQuestion> Questions) : TermQuestion
    {
        /// <inheritdoc/>
        public override int Looks => Questions.Sum(question => question.Looks);

        /// <inheritdoc/>
        public override bool MayMatch(Func<ulong, bool> mayContain) => Questions.Any(question => question.MayMatch(mayContain));
    }
}
