using System.Net;
using Microsoft.AspNetCore.Http;
using Serverless.Otlp.Messages;
using Serverless.Tests.Faults;
using Serverless.Tests.Hosting;
using Serverless.Tests.Traces.Otel;

namespace Serverless.Tests.Logs.Otel;

/// <summary>What an export costs, counted on the wire from the request to the row.</summary>
public sealed class ExportTransactionTests : IAsyncLifetime
{
    private StorageProxy _proxy = null!;
    private ServerlessHost _host = null!;

    public async Task InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        _host = await ServerlessHost.StartAsync(_proxy.Account);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    [Fact]
    public async Task An_export_of_1000_records_costs_what_a_batch_does_and_its_repetition_a_look_more()
    {
        var logs = await LogClient.CreateAsync(_host);
        await ExportAsync(logs.Key, Records(1, "first"));
        await PersistedAsync();
        _proxy.Reset();

        await ExportAsync(logs.Key, Records(1000, "second"));
        await PersistedAsync();
        Assert.True(_proxy.Transactions.Count <= 5, string.Join(", ", _proxy.Transactions));
        _proxy.Reset();
        await ExportAsync(logs.Key, Records(1000, "second"));
        await PersistedAsync();

        // Before anything rests on an earlier claim, it is looked at.
        Assert.True(_proxy.Transactions.Count <= 6, string.Join(", ", _proxy.Transactions));
        await logs.WaitForAsync(1001);
    }

    [Fact]
    public async Task Concurrent_exports_of_one_organization_share_what_one_costs()
    {
        const int Callers = 64;
        const double PerRequest = 0.5;

        // The first round opens the connections, of another organization.
        await ExportAllAsync(await LogClient.CreateAsync(_host));
        var logs = await LogClient.CreateAsync(_host);
        _proxy.Reset();

        await ExportAllAsync(logs);

        Assert.InRange(_proxy.Transactions.Count, 5, Callers * PerRequest);
        var stored = (await logs.ReadAsync("?start=2000-01-01T00:00:00Z&limit=100"))["logs"]!.AsArray().Select(entry => entry!["message"]!.GetValue<string>());
        Assert.Equal(Enumerable.Range(0, Callers).Select(number => $"export {number}").Order(StringComparer.Ordinal), stored.Order(StringComparer.Ordinal));

        async Task ExportAllAsync(LogClient client)
        {
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(number => ExportAsync(client.Key, Records(1, $"export {number}"))));
            await _proxy.WaitUntilAsync(transactions =>
                transactions.Count(transaction => transaction is { Service: "queue", Method: "POST" }) == transactions.Count(transaction => transaction is { Service: "queue", Method: "DELETE" }));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_export_that_failed_is_sent_again_and_stored_once(bool isQueue)
    {
        var logs = await LogClient.CreateAsync(_host);
        for (var fault = 0; fault < 4; fault++)
        {
            var left = fault;
            _proxy.Fault = request => HttpMethods.IsPost(request.Method) && request.IsSend() == isQueue && Interlocked.Decrement(ref left) == -1 ? StorageFault.ResponseLost : StorageFault.None;
            while (await SendAsync(logs.Key, Records(3, $"export {fault}")) != HttpStatusCode.OK)
            {
                // As exporters do.
            }

            _proxy.Fault = static _ => StorageFault.None;
            Assert.Equal(HttpStatusCode.OK, await SendAsync(logs.Key, Records(3, $"export {fault}")));
        }

        await logs.WaitForAsync(12);
    }

    private static byte[] Records(int count, string message) => ProtobufExport.Of(
        [.. Enumerable.Range(0, count).Select(number => new LogRecord { TimeUnixNano = 1_795_262_400_000_000_000 + (ulong)number, Body = new() { StringValue = message } })]);

    private async Task ExportAsync(string key, byte[] export) => Assert.Equal(HttpStatusCode.OK, await SendAsync(key, export));

    private async Task<HttpStatusCode> SendAsync(string key, byte[] export)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/otel/v1/logs") { Content = ProtobufExport.Content(export) };
        request.Headers.Add("x-api-key", key);
        using var response = await _host.Client.SendAsync(request);
        return response.StatusCode;
    }

    private Task PersistedAsync() => _proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "DELETE" }));
}
