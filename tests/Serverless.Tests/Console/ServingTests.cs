using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Console;

/// <summary>How the page is given out, without a browser.</summary>
[Collection(ConsoleTests.Name)]
public sealed partial class ServingTests(ConsoleFixture fixture)
{
    private const int MostBytes = 120 * 1024;
    private const string Folder = "console/";

    [Theory]
    [InlineData("/")]
    [InlineData("/console")]
    [InlineData("/console/")]
    [InlineData("/console/logs")]
    [InlineData("/console/runs/0190-0000?range=1h")]
    [InlineData("/console/a/b/c.d")]
    [InlineData("/CONSOLE/Logs")]
    [InlineData("/docs")]
    [InlineData("/docs/lamina")]
    public async Task Every_address_of_the_page_is_the_document(string path)
    {
        using var response = await SendAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-cache", response.Headers.CacheControl!.ToString());
        Assert.True(response.Headers.Contains("X-Request-Id"));
        Assert.Equal(Encoding.UTF8.GetString(Kept("index.html")), await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/", HttpStatusCode.OK)]
    [InlineData("/console/logs", HttpStatusCode.OK)]
    [InlineData("/console/sign-in.json", HttpStatusCode.OK)]
    [InlineData("/console/assets/unknown.js", HttpStatusCode.NotFound)]
    public async Task A_browser_is_told_to_run_and_to_load_nothing_but_ours(string path, HttpStatusCode status)
    {
        using var response = await SendAsync(path);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'", Header(response, "Content-Security-Policy"));
        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));
        Assert.Equal("same-origin", Header(response, "Referrer-Policy"));
        Assert.Equal("same-origin", Header(response, "Cross-Origin-Opener-Policy"));
    }

    [Fact]
    public async Task Assets_are_kept_for_a_year_since_their_names_say_what_is_in_them()
    {
        var assets = await AssetsAsync();

        Assert.Contains(assets, asset => asset.EndsWith(".js", StringComparison.Ordinal));
        Assert.Contains(assets, asset => asset.EndsWith(".css", StringComparison.Ordinal));
        foreach (var asset in assets)
        {
            using var response = await SendAsync(asset);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("public, max-age=31536000, immutable", Header(response, "Cache-Control"));
            Assert.Equal(MediaTypeOf(asset), response.Content.Headers.ContentType!.ToString());
            Assert.Matches(HashedName(), asset);
        }
    }

    [Theory]
    [InlineData("br", true)]
    [InlineData("gzip, deflate, br, zstd", true)]
    [InlineData("gzip;q=1.0, BR;q=0.5", true)]
    [InlineData("br;q=0", false)]
    [InlineData("gzip", false)]
    [InlineData("br;;q=x", false)]
    [InlineData(null, false)]
    public async Task Whoever_takes_brotli_gets_it_and_everybody_else_the_same_in_plain(string? accepted, bool compressed)
    {
        foreach (var path in (string[])["/", .. await AssetsAsync()])
        {
            using var response = await SendAsync(path, ("Accept-Encoding", accepted));

            var body = await response.Content.ReadAsByteArrayAsync();
            Assert.Equal("Accept-Encoding", Header(response, "Vary"));
            Assert.Equal(compressed ? ["br"] : [], response.Content.Headers.ContentEncoding);
            Assert.Equal(body.Length, response.Content.Headers.ContentLength);
            Assert.Equal(Kept(path == "/" ? "index.html" : path.Split('/')[^1]), compressed ? Decompress(body) : body);
        }
    }

    [Fact]
    public async Task Whoever_has_the_document_is_told_so_in_each_form_of_it()
    {
        var tags = new HashSet<string>(StringComparer.Ordinal);
        foreach (var accepted in (string?[])["br", null])
        {
            using var first = await SendAsync("/console/logs", ("Accept-Encoding", accepted));
            using var second = await SendAsync("/console/runs", ("Accept-Encoding", accepted), ("If-None-Match", first.Headers.ETag!.ToString()));

            Assert.True(tags.Add(first.Headers.ETag.Tag));
            Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
            Assert.Equal(first.Headers.ETag, second.Headers.ETag);
            Assert.Equal("no-cache", Header(second, "Cache-Control"));
            Assert.Empty(await second.Content.ReadAsByteArrayAsync());
        }

        using var other = await SendAsync("/", ("If-None-Match", "\"another\""));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Head_says_what_get_would_and_gives_no_body()
    {
        foreach (var path in (string[])["/", "/console/logs", "/docs", .. await AssetsAsync()])
        {
            using var head = await fixture.Host.Client.SendAsync(new(HttpMethod.Head, path));
            using var get = await SendAsync(path);

            Assert.Equal(HttpStatusCode.OK, head.StatusCode);
            Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
            Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        }
    }

    [Theory]
    [InlineData("/console/assets")]
    [InlineData("/console/assets/")]
    [InlineData("/console/assets/unknown.js")]
    [InlineData("/console/assets/index.html")]
    [InlineData("/console/assets/..%2Findex.html")]
    [InlineData("/console/assets/a/b.js")]
    public async Task There_is_no_other_asset(string path)
    {
        using var response = await SendAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("\"code\":\"NOT_FOUND\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null(response.Headers.CacheControl);
    }

    [Theory]
    [InlineData("/", "GET, HEAD")]
    [InlineData("/console/logs", "GET, HEAD")]
    [InlineData("/docs", "GET, HEAD")]
    public async Task Nothing_is_sent_to_a_page(string path, string allow)
    {
        using var response = await fixture.Host.Client.PostAsync(path, null);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(allow.Split(", "), response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("/unknown")]
    [InlineData("/consoles")]
    [InlineData("/docs.json")]
    [InlineData("/favicon.ico")]
    public async Task What_is_beside_the_page_is_still_nobody_s(string path)
    {
        using var response = await SendAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public void Script_and_styles_are_small()
    {
        var sizes = Names().Where(name => name.EndsWith(".js", StringComparison.Ordinal) || name.EndsWith(".css", StringComparison.Ordinal))
            .ToDictionary(name => name, name => Open(name).Length, StringComparer.Ordinal);

        Assert.NotEmpty(sizes);
        Assert.True(sizes.Values.Sum() <= MostBytes, string.Join('\n', sizes.Select(size => $"{size.Key}: {size.Value} bytes")));
    }

    [Fact]
    public void What_is_built_in_is_the_document_and_what_it_needs()
    {
        // Bundles are not piled up from build to build.
        Assert.Single(Names(), name => name.StartsWith("app-", StringComparison.Ordinal) && name.EndsWith(".js", StringComparison.Ordinal));
        Assert.Single(Names(), name => name.StartsWith("app-", StringComparison.Ordinal) && name.EndsWith(".css", StringComparison.Ordinal));
        Assert.DoesNotContain(Names(), name => name.EndsWith(".map", StringComparison.Ordinal) || name.EndsWith(".ts", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_sign_in_is_filled_in_on_development_storage()
    {
        using var response = await SendAsync("/console/sign-in.json");

        Assert.Equal("no-store", Header(response, "Cache-Control"));
        Assert.Equal(
            $$"""{"email":"{{ConsoleFixture.DemoEmail}}","password":"{{ConsoleFixture.DemoPassword}}","file":"{{ConsoleFixture.DemoFile}}"}""",
            await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task On_any_other_storage_nobody_is_told_of_the_demo_whatever_the_settings_say()
    {
        await using var host = await ServerlessHost.StartAsync(configure: builder =>
        {
            builder.Configuration["Console:DemoEmail"] = ConsoleFixture.DemoEmail;
            builder.Configuration["Console:DemoPassword"] = ConsoleFixture.DemoPassword;
        });

        using var response = await host.Client.GetAsync("/console/sign-in.json");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    private static IEnumerable<string> Names() => typeof(ServerlessServices).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Select(name => name[Folder.Length..]);

    private static Stream Open(string name) => typeof(ServerlessServices).Assembly.GetManifestResourceStream(Folder + name)!;

    private static byte[] Kept(string name)
    {
        using var content = new MemoryStream();
        Open(name).CopyTo(content);
        return Decompress(content.ToArray());
    }

    private static byte[] Decompress(byte[] body)
    {
        using var plain = new MemoryStream();
        using var source = new BrotliStream(new MemoryStream(body), CompressionMode.Decompress);
        source.CopyTo(plain);
        return plain.ToArray();
    }

    private static string MediaTypeOf(string asset) => Path.GetExtension(asset) switch
    {
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        _ => "image/svg+xml",
    };

    private static string Header(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));

    private async Task<IReadOnlyList<string>> AssetsAsync() =>
        [.. Asset().Matches(await fixture.Host.Client.GetStringAsync("/")).Select(match => match.Groups["path"].Value)];

    private async Task<HttpResponseMessage> SendAsync(string path, params IEnumerable<(string Name, string? Value)> headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers.Where(header => header.Value is not null))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await fixture.Host.Client.SendAsync(request);
    }

    [GeneratedRegex("\"(?<path>/console/assets/[^\"]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Asset();

    [GeneratedRegex("/[a-z]+-[A-Z0-9]{8}\\.[a-z]+$", RegexOptions.NonBacktracking)]
    private static partial Regex HashedName();
}
