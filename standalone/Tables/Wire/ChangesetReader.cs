namespace Azure.Data.Tables.Wire;

/// <summary>Reads the answer to a transaction: multipart in multipart, down to one HTTP response per action, or one for the action that failed.</summary>
internal static class ChangesetReader
{
    /// <summary>The responses, in the order of the actions.</summary>
    public static IReadOnlyList<Response> Read(Response response) =>
        [.. Read(response.Headers.ContentType, response.Content.ToString().Replace("\r\n", "\n", StringComparison.Ordinal))];

    private static IEnumerable<Response> Read(string? contentType, string content)
    {
        if (Boundary(contentType) is not { } boundary)
        {
            return [ActionResponse.Parse(content)];
        }

        // The text before the first boundary and after the last means nothing.
        return content.Split($"--{boundary}").Skip(1)
            .TakeWhile(part => !part.StartsWith("--", StringComparison.Ordinal))
            .SelectMany(ReadPart);
    }

    private static IEnumerable<Response> ReadPart(string part)
    {
        var headers = HeaderBlock.Parse(part.TrimStart('\n'), out var body);
        return Read(headers.GetValueOrDefault("Content-Type"), body);
    }

    private static string? Boundary(string? contentType)
    {
        const string Parameter = "boundary=";
        return contentType?.IndexOf(Parameter, StringComparison.OrdinalIgnoreCase) is >= 0 and var start
            ? contentType[(start + Parameter.Length)..].Split(';')[0].Trim().Trim('"')
            : null;
    }
}
