namespace Serverless.Tests.Faults.Fuzzing;

/// <summary>An endpoint, and how it is asked rightly.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Route">Its route, as its function declares it.</param>
/// <param name="Path">A path of the route that leads to something.</param>
/// <param name="Headers">The credential.</param>
/// <param name="Bodies">Bodies that are valid; none for an endpoint that takes none.</param>
internal sealed record FuzzedEndpoint(string Method, string Route, string Path, IReadOnlyList<(string Name, string Value)> Headers, params IReadOnlyList<string> Bodies)
{
    /// <summary>The media type of its bodies.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>What it answers a valid request; after it has been asked rightly before, too.</summary>
    public IReadOnlyList<int> Successes { get; init; } = [200];

    /// <summary>Method and route.</summary>
    public override string ToString() => $"{Method} {Route}";
}
