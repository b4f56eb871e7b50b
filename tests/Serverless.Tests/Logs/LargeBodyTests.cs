using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Reading;
using Serverless.Ingestion.Records;
using Serverless.Logs.Entries;
using Serverless.Tests.Hosting;
using Serverless.Times;
using Xunit.Abstractions;

namespace Serverless.Tests.Logs;

/// <summary>The largest bodies there can be, and what they cost a process of the application.</summary>
public sealed class LargeBodyTests(ITestOutputHelper output)
{
    private const int Pages = 2;
    private const long Megabyte = 1024 * 1024;
    private const long MaxGrowth = 200 * Megabyte;
    private const long MaxBombGrowth = 64 * Megabyte;
    private const long BombSize = 1000 * Megabyte;

    [LinuxFact]
    public async Task A_body_of_100_MB_is_accepted_in_less_than_200_MB_of_memory_and_read_back_page_by_page()
    {
        Assert.InRange(LargeBatch.Size, RequestBody.MaxBytes - (Megabyte / 2), RequestBody.MaxBytes);
        var account = await TestStorage.CreateAccountAsync();
        await using var process = await ServerlessProcess.StartAsync(account);
        var logs = await process.CreateLogClientAsync();
        var before = process.PeakMemory;
        var watch = Stopwatch.StartNew();

        using var response = await logs.PostAsync(new LargeBatch());

        var answer = await LogClient.JsonAsync(response);
        Assert.True(response.StatusCode == HttpStatusCode.OK, answer.ToJsonString());
        Assert.Equal(LargeBatch.Entries, answer["processed"]!.GetValue<int>());
        var accepted = watch.Elapsed;
        await logs.WaitForAsync(LargeBatch.Entries);
        var growth = process.PeakMemory - before;
        output.WriteLine($"{LargeBatch.Size} bytes: accepted in {accepted.TotalSeconds:0.0} s, persisted after {watch.Elapsed.TotalSeconds:0.0} s");
        output.WriteLine($"Peak memory: {before / Megabyte} MB before, {growth / Megabyte} MB more after");
        Assert.InRange(growth, 0, MaxGrowth);

        await ExpectPersistedAsync(account, logs);
        await ReadPagesAsync(logs);
        output.WriteLine($"Read back after {watch.Elapsed.TotalSeconds:0.0} s, peak memory {process.PeakMemory / Megabyte} MB");
    }

    [LinuxFact]
    public async Task A_gzip_bomb_is_refused_and_takes_no_memory()
    {
        await using var process = await ServerlessProcess.StartAsync(await TestStorage.CreateAccountAsync());
        var logs = await process.CreateLogClientAsync();
        await logs.AcceptAsync(LogEntries.Simple());
        var before = process.PeakMemory;

        await using var request = await OpenRequest.BeginAsync(
            process.Client.BaseAddress!,
            "POST /v1/logs HTTP/1.1",
            $"x-api-key: {logs.Key}",
            "Content-Type: application/json",
            "Content-Encoding: gzip");
        await request.SendBodyAsync(GzipBomb());
        await request.EndBodyAsync();
        var answer = await request.ReadAnswerAsync();
        var growth = process.PeakMemory - before;
        output.WriteLine($"{BombSize / Megabyte} MB in {GzipBomb().Length} bytes: {growth / Megabyte} MB more memory");
        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"PAYLOAD_TOO_LARGE\"", answer, StringComparison.Ordinal);
        Assert.Contains($"larger than {RequestBody.MaxBytes} bytes", answer, StringComparison.Ordinal);
        Assert.InRange(growth, 0, MaxBombGrowth);
    }

    /// <summary>A gigabyte of JSON that is all right, so far: gzip members of a megabyte each, all but the first of them the same.</summary>
    private static byte[] GzipBomb()
    {
        var megabyte = Compress(string.Concat(Enumerable.Repeat($"\"{new string(' ', 1020)}\",", 1024)));
        return [.. Compress("{\"ignored\":["), .. Enumerable.Repeat(megabyte, (int)(BombSize / Megabyte)).SelectMany(bytes => bytes)];
    }

    private static byte[] Compress(string text)
    {
        using var member = new MemoryStream();
        using (var gzip = new GZipStream(member, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return member.ToArray();
    }

    /// <summary>Reads pages from the newest on; each costs a pass over the whole batch, so a few have to do.</summary>
    private static async Task ReadPagesAsync(LogClient logs)
    {
        var number = LargeBatch.Entries;
        var cursor = "";
        for (var pages = 0; pages < Pages; pages++)
        {
            var page = await logs.ReadAsync("?start=2000-01-01T00:00:00Z&limit=1000" + cursor);
            foreach (var entry in page["logs"]!.AsArray())
            {
                ExpectEntry(--number, entry!);
            }

            cursor = $"&cursor={Uri.EscapeDataString(page["next_cursor"]!.GetValue<string>())}";
        }

        // The oldest, which come last.
        var end = await logs.ReadAsync("?start=2000-01-01T00:00:00Z&end=2026-01-26T14:30:00.0009Z");
        Assert.Equal(10, end["logs"]!.AsArray().Count);
        Assert.Null(end["next_cursor"]);
        ExpectEntry(0, end["logs"]!.AsArray()[^1]!);
    }

    /// <summary>Expects in the table every entry as it was sent, in order.</summary>
    private static async Task ExpectPersistedAsync(StorageAccount account, LogClient logs)
    {
        var store = new ChunkStore(new TableServiceClient(account.ConnectionString));
        var everything = new ChunkQuery(logs.Organization, new TimeRange(0, DateTime.MaxValue.Ticks));
        var chunk = await new ChunkFinder(new TableServiceClient(account.ConnectionString)).FindAsync(LogChunks.Schema, everything, CancellationToken.None).SingleAsync();
        var number = 0;
        await foreach (var payload in store.ReadPayloadsAsync(LogChunks.Schema, chunk, CancellationToken.None))
        {
            number = ExpectEntries(payload, number);
        }

        Assert.Equal(LargeBatch.Entries, number);
    }

    private static int ExpectEntries(ReadOnlyMemory<byte> payload, int number)
    {
        using var lines = new LineReader(payload);
        while (lines.TryRead(out var line))
        {
            ExpectEntry(number++, JsonNode.Parse(line)!);
        }

        return number;
    }

    private static void ExpectEntry(int number, JsonNode entry)
    {
        Assert.Equal(LargeBatch.Message(number), entry["message"]!.GetValue<string>());
        Assert.Equal(LargeBatch.Data(number), entry["metadata"]!["data"]!.GetValue<string>());
    }
}
