namespace Serverless.Http;

/// <summary>Who may use an endpoint, of those whose credential is good for it.</summary>
public enum Access
{
    /// <summary>Whoever has a credential; where an endpoint takes none, anybody.</summary>
    Use,

    /// <summary>Keys with the scope <c>admin</c>, and sessions of admins and owners.</summary>
    Define,

    /// <summary>Sessions of owners.</summary>
    Own,
}

/// <summary>What a caller proves with who they are.</summary>
/// <param name="Name">Its name in the description of the API.</param>
/// <param name="Header">The header or the cookie it comes in.</param>
/// <param name="Description">What it is, in a sentence.</param>
public sealed record Credential(string Name, string Header, string Description)
{
    /// <summary>Whether it comes as a cookie, and <see cref="Header"/> is its name.</summary>
    public bool IsCookie { get; init; }

    /// <summary>Whether it comes as <c>Authorization: Bearer …</c>.</summary>
    public bool IsBearer => Header == "Authorization";
}

/// <summary>
/// An endpoint as callers know it. It stands beside the function that serves it, whose trigger says the path and the method; requests are read,
/// admitted and answered by it, and the description of the API is made of it.
/// </summary>
/// <param name="Name">The name of the function.</param>
/// <param name="Summary">What it does, in a few words.</param>
public sealed record ApiOperation(string Name, string Summary)
{
    /// <summary>What there is to know of it beside that.</summary>
    public string? Description { get; init; }

    /// <summary>The credentials it takes, one of which has to come; none where anybody may come.</summary>
    public IReadOnlyList<Credential> Credentials { get; init; } = [];

    /// <summary>Who may use it.</summary>
    public Access Access { get; init; }

    /// <summary>Whether web pages may send to it, as they may to what takes logs and events in.</summary>
    public bool TakesFromPages { get; init; }

    /// <summary>The parameters of its path.</summary>
    public IReadOnlyList<TextField> Path { get; init; } = [];

    /// <summary>The parameters of its query string.</summary>
    public IReadOnlyList<Field> Query { get; init; } = [];

    /// <summary>The headers it looks at, beside those of its credentials.</summary>
    public IReadOnlyList<TextField> Headers { get; init; } = [];

    /// <summary>Its body; null when it takes none.</summary>
    public Body? Body { get; init; }

    /// <summary>How it answers when all is well.</summary>
    public IReadOnlyList<Answer> Answers { get; init; } = [];

    /// <summary>How it answers when something is wrong, beside what every endpoint of its surface does.</summary>
    public IReadOnlyList<ApiError> Errors { get; init; } = [];
}

/// <summary>The body of a request.</summary>
/// <param name="MaxBytes">The most bytes it may have, decompressed.</param>
/// <param name="Fields">The members of the JSON object that it is; none where <see cref="Contents"/> say what it is.</param>
public sealed record Body(long MaxBytes, params IReadOnlyList<Field> Fields)
{
    /// <summary>Whether an object with other members is refused; else they are ignored.</summary>
    public bool IsClosed { get; init; }

    /// <summary>Whether there has to be one.</summary>
    public bool IsRequired { get; init; } = true;

    /// <summary>What it may be, by media type, each one of <see cref="Surface.Shapes"/>.</summary>
    public IReadOnlyList<(string MediaType, string Shape)> Contents { get; init; } = [];

    /// <summary>What it may be, in JSON; null for no example. It is read when it is described, and not before.</summary>
    public string? Example { get; init; }
}
