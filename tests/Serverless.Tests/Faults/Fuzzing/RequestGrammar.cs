using System.IO.Compression;

namespace Serverless.Tests.Faults.Fuzzing;

/// <summary>Makes requests that are nearly right: body, type, encoding, headers, path and query. The same number of a case gives the same request.</summary>
internal static class RequestGrammar
{
    private static readonly string[] Types =
    [
        "", "text/plain", "application/json; charset=utf-16", "application/json; charset=\"utf-8\"", "application/json;charset=", "application/json;", "APPLICATION/JSON",
        "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "*/*", ";", "application/json, text/plain", "application/x-protobuf",
        "application/x-ndjson", "application/jsonl", "application/problem+json", "json", "/",
    ];

    private static readonly string[] Encodings = ["gzip", "GZIP", "br", "deflate", "gzip, gzip", "gzip,br", "identity", "compress", "zstd", "", ",", "x"];

    private static readonly (string Name, string Value)[] Oddities =
    [
        ("X-Request-Id", "a b"), ("X-Request-Id", new('x', 129)), ("Idempotency-Key", ""), ("Idempotency-Key", new('k', 256)),
        ("Idempotency-Key", "a\tb"), ("X-Forwarded-For", "unknown"), ("X-Forwarded-For", "1.2.3.4, , ::1"), ("X-Client-IP", "999.1.1.1"), ("X-Client-IP", "1.2.3.4, ::1"), ("X-Client-IP", ""),
        ("X-Forwarded-Proto", "http"), ("X-Forwarded-Proto", "gopher"), ("x-workspace-id", "000000000000"), ("x-workspace-id", ""), ("If-None-Match", "\""), ("If-None-Match", "*"),
        ("If-Match", "\"x\""), ("Range", "bytes=5-1"), ("Accept", "text/html"), ("Accept-Encoding", "zstd"), ("Expect", "100-continue"), ("Cookie", "a=b"), ("Origin", "null"),
        ("Authorization", "Bearer"), ("Authorization", "Basic Og=="), ("x-api-key", ""), ("x-api-key", new('k', 5_000)), ("Last-Event-ID", "-1.x"), ("x-trigger-secret", "wrong"),
        ("X-HTTP-Method-Override", "DELETE"), ("Forwarded", "for=;;"), ("traceparent", "00-0-0-0"),
    ];

    private static readonly string[] QueryValues =
    [
        "", "%00", "%ff", "%ed%a0%80", "%", "%zz", "+", "0", "-1", "1", "99999999999999999999", "1e3", "0x10", "1.5", "null", "true", "NaN", "[]", "{}", "%22", "'", "%27%20or%20''%3D'",
        "2026-11-22T00:00:00Z", "2026-11-22", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "2026-13-45T99:99:99Z", "2026-11-22T00:00:00%2B99:00", "tomorrow", "1769437800",
        "AAAA", "bm90IGEgY3Vyc29y", "eyJhIjoxfQ", "639308834114998401.01a1ff6bb4247533ab5f991215ee4673-0000", "..%2f..%2fetc", "%F0%9F%92%A9", "http%3A%2F%2F127.0.0.1%2F",
        "http%3A%2F%2F169.254.169.254%2F", "file%3A%2F%2F%2Fetc", "http%3A%2F%2F%5B%3A%3A1", "ftp%3A%2F%2Fa%3Ab%40127.0.0.1", "error", "ERROR", "completed", "1m", "1d", "gpt-4o", "*", "a%0d%0ab",
    ];

    private static readonly string[] QueryNames =
    [
        "start", "end", "level", "min_level", "environment", "project_id", "trace_id", "q", "metadata.a", "metadata.a.b", "metadata.", "limit", "cursor", "interval", "projectId", "model",
        "status", "userId", "search", "offset", "since", "appId", "timeout", "num_results", "prefix", "webhook", "", "%00", "a%ff", "LIMIT", "__proto__",
    ];

    private static readonly string[] Segments =
    [
        "x", "%ff", "%2e%2e%2f", "a%2fb", "000000000000", "prj_00000000000000000000", "00000000-0000-0000-0000-000000000000", "fe5dffae-ab9b-8565-9083-05ae6380da4d", "%F0%9F%92%A9",
        "a'b", "%27", "%5c", "%3f", "%23", "_", "-", "A", "%20", "a%0d%0ab", "echo", "logs", "runs-poison",
    ];

    /// <summary>A case of an endpoint with a body.</summary>
    public static FuzzedRequest WithBody(FuzzedEndpoint endpoint, int number)
    {
        var random = RandomOf(endpoint, number);
        var body = new BodyGrammar(random).Mutate(endpoint.Bodies[random.Next(endpoint.Bodies.Count)]);
        var headers = new List<(string Name, string Value)>(endpoint.Headers);
        var encoding = random.Next(8) == 0 ? Encodings[random.Next(Encodings.Length)] : null;
        if (encoding is not null)
        {
            headers.Add(("Content-Encoding", encoding));
            body = random.Next(3) == 0 ? body : Encode(body, encoding, random);
        }

        headers.Add(("Content-Type", random.Next(10) == 0 ? Types[random.Next(Types.Length)] : endpoint.ContentType));
        AddOddity(headers, random, oneIn: 12);
        var path = random.Next(15) == 0 ? OddPath(endpoint.Path, random) : endpoint.Path;
        path = random.Next(15) == 0 ? OddQuery(path, random) : path;
        return new(endpoint.Method, path, headers, body) { IsChunked = random.Next(4) == 0 };
    }

    /// <summary>A case of an endpoint without one.</summary>
    public static FuzzedRequest WithoutBody(FuzzedEndpoint endpoint, int number)
    {
        var random = RandomOf(endpoint, number);
        var headers = new List<(string Name, string Value)>(endpoint.Headers);
        AddOddity(headers, random, oneIn: 6);
        var path = random.Next(4) == 0 ? OddPath(endpoint.Path, random) : endpoint.Path;
        return new(endpoint.Method, random.Next(6) == 0 ? path : OddQuery(path, random), headers, Body: null);
    }

    private static Random RandomOf(FuzzedEndpoint endpoint, int number)
    {
        // Not the hash code of the text, which differs from process to process.
        var seed = endpoint.ToString().Aggregate(number, (hash, letter) => unchecked((hash * 31) + letter));
        return new(seed);
    }

    private static void AddOddity(List<(string Name, string Value)> headers, Random random, int oneIn)
    {
        if (random.Next(oneIn) == 0)
        {
            var oddity = Oddities[random.Next(Oddities.Length)];
            headers.RemoveAll(header => header.Name.Equals(oddity.Name, StringComparison.OrdinalIgnoreCase) && random.Next(2) == 0);
            headers.Add(oddity);
        }
    }

    private static string OddPath(string path, Random random)
    {
        var segments = path.Split('/');
        switch (random.Next(4))
        {
            case 0:
                return path + "/" + Segments[random.Next(Segments.Length)];
            case 1:
                return path + "/";
            default:
                segments[random.Next(3, Math.Max(4, segments.Length)) % segments.Length] = Segments[random.Next(Segments.Length)];
                return string.Join('/', segments) is ['/', ..] odd ? odd : path;
        }
    }

    private static string OddQuery(string path, Random random)
    {
        var pairs = Enumerable.Range(0, random.Next(1, 5)).Select(_ => $"{QueryNames[random.Next(QueryNames.Length)]}={QueryValues[random.Next(QueryValues.Length)]}");
        return path + (path.Contains('?') ? "&" : "?") + string.Join('&', pairs);
    }

    private static byte[] Encode(byte[] body, string encoding, Random random)
    {
        using var encoded = new MemoryStream();
        using (Stream encoder = encoding.Contains("br", StringComparison.Ordinal) ? new BrotliStream(encoded, CompressionLevel.Fastest, leaveOpen: true)
            : encoding == "deflate" ? new ZLibStream(encoded, CompressionLevel.Fastest, leaveOpen: true)
            : new GZipStream(encoded, CompressionLevel.Fastest, leaveOpen: true))
        {
            encoder.Write(body);
        }

        var bytes = encoded.ToArray();
        if (bytes.Length > 0 && random.Next(3) == 0)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }

        return random.Next(3) == 0 ? bytes[..random.Next(bytes.Length + 1)] : bytes;
    }
}
