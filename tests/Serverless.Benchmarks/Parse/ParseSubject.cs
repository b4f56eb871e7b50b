namespace Serverless.Benchmarks.Parse;

/// <summary>A body, and the ways to read it. Each reading says how many records it found valid.</summary>
/// <param name="Name">What the body is.</param>
/// <param name="Body">The body.</param>
/// <param name="Records">How many records it holds.</param>
internal abstract record ParseSubject(string Name, byte[] Body, int Records)
{
    /// <summary>The product: a chunk that could be sent. Storage is not reached.</summary>
    public abstract int Ingest();

    /// <summary>
    /// <see cref="Ingest"/> without compression: with a body whose lines fit one block of the compressor, which sees them only at the end.
    /// </summary>
    public abstract int Validate();

    /// <summary>The bare reader: every token, and nothing done with any.</summary>
    public abstract int Scan();

    /// <summary>Objects made by <c>JsonSerializer</c>, judged by a validation library.</summary>
    public abstract int Deserialize();
}
