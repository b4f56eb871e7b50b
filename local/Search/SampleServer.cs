using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Serverless.Local.Search;

/// <summary>
/// Answers as a SearXNG instance does, from a corpus of samples, so that a search works on a machine where nothing is set up. Every
/// result says that it is a sample. Listens on a free port of this machine, for this machine only.
/// </summary>
public sealed class SampleServer : IAsyncDisposable
{
    private const string Engine = "samples";

    private readonly WebApplication _server;

    private SampleServer(WebApplication server) => _server = server;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_server.Urls.First());

    /// <summary>Starts a server.</summary>
    public static async Task<SampleServer> StartAsync(CancellationToken cancellationToken = default)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.Run(AnswerAsync);
        await server.StartAsync(cancellationToken);
        return new(server);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (context.Request.Path != "/search" || query["q"].ToString() is not { Length: > 0 } text)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (query["format"] != "json")
        {
            // As an instance does whose other formats are switched off.
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        Write(writer, text, SampleCorpus.Default.Find(text));
    }

    private static void Write(Utf8JsonWriter writer, string query, IReadOnlyList<FoundSample> found)
    {
        writer.WriteStartObject();
        writer.WriteString("query", query);
        writer.WriteNumber("number_of_results", found.Count);
        writer.WriteStartArray("results");
        foreach (var (sample, score) in found)
        {
            writer.WriteStartObject();
            writer.WriteString("url", sample.Url);
            writer.WriteString("title", $"{sample.Title} (sample)");
            writer.WriteString("content", $"Sample result, not from the web: {sample.Text}");
            writer.WriteString("publishedDate", sample.Published);
            writer.WriteString("engine", Engine);
            writer.WriteString("category", "general");
            writer.WriteNumber("score", Math.Round(score, 3));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        foreach (var nothing in (string[])["answers", "corrections", "infoboxes", "suggestions", "unresponsive_engines"])
        {
            writer.WriteStartArray(nothing);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
