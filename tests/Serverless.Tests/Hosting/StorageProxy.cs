using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Serverless.Tests.Hosting;

/// <summary>One request that the storage account got, or was kept from getting.</summary>
/// <param name="Service">The service, <c>queue</c> or <c>table</c>.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path below the account.</param>
/// <param name="Status">The status of the answer.</param>
/// <param name="IsEmptyPoll">Whether it asked a queue for messages and there were none: what an idle listener does all the time.</param>
public sealed record StorageTransaction(string Service, string Method, string Path, int Status, bool IsEmptyPoll)
{
    /// <summary>How many rows a query of a table brought.</summary>
    public int Rows { get; init; }

    /// <summary>How many bytes the answer has.</summary>
    public long Bytes { get; init; }

    /// <summary>The service and the method.</summary>
    public override string ToString() => $"{Service} {Method}";
}

/// <summary>
/// Stands between an application and its storage account, on real sockets: it counts what really goes over the wire, the
/// queue listener's share included, and can let things go wrong.
/// </summary>
public sealed class StorageProxy : IAsyncDisposable
{
    /// <summary>Where a request's <see cref="HttpContext.Items"/> hold the text of an entity-group transaction.</summary>
    public static readonly object TransactionBody = new();

    private const int Drops = 8;
    private static readonly TimeSpan BetweenDrops = TimeSpan.FromMilliseconds(2);

    private readonly WebApplication _server;
    private readonly StorageAccount _account;
    private readonly ConcurrentQueue<StorageTransaction> _transactions = new();
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None });

    // Messages that were sent and not deleted yet, by queue, and the queues that somebody receives from.
    private readonly ConcurrentDictionary<string, int> _unfinished = new();
    private readonly ConcurrentDictionary<string, bool> _received = new();

    private TaskCompletionSource _changed = NewSignal();

    private StorageProxy(StorageAccount account)
    {
        _account = account;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0", "http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestBodySize = null);
        _server = builder.Build();
        _server.Run(PassAsync);
    }

    /// <summary>Decides what happens to a request; everything passes when it is not set.</summary>
    public Func<HttpRequest, StorageFault> Fault { get; set; } = static _ => StorageFault.None;

    /// <summary>Is told of each write that a table has taken, with its body; nobody is when it is not set.</summary>
    public Action<HttpRequest, string>? Wrote { get; set; }

    /// <summary>All transactions so far, the polls of idle listeners left out.</summary>
    public IReadOnlyList<StorageTransaction> Transactions => [.. _transactions.Where(transaction => !transaction.IsEmptyPoll)];

    /// <summary>The same account, reached through the proxy.</summary>
    public StorageAccount Account => _account with { QueuePort = Port(0), TablePort = Port(1), Direct = _account };

    /// <summary>Puts a proxy before an account.</summary>
    public static async Task<StorageProxy> StartAsync(StorageAccount account)
    {
        var proxy = new StorageProxy(account);
        await proxy._server.StartAsync();
        return proxy;
    }

    /// <summary>Waits until the transactions so far satisfy a condition.</summary>
    public async Task WaitUntilAsync(Func<IReadOnlyList<StorageTransaction>, bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            var changed = _changed.Task;
            if (condition(Transactions))
            {
                return;
            }

            await changed.WaitAsync(patience.Token);
        }
    }

    /// <summary>The service that a request is for, <c>queue</c> or <c>table</c>.</summary>
    public string ServiceOf(HttpRequest request) => request.HttpContext.Connection.LocalPort == Port(0) ? "queue" : "table";

    /// <summary>Begins to count anew.</summary>
    public void Reset() => _transactions.Clear();

    /// <summary>Begins to count anew once every message that was sent before has been dealt with, whichever test sent it.</summary>
    public async Task ResetWhenQuietAsync()
    {
        await WaitUntilAsync(_ => _received.Keys.All(queue => _unfinished.GetValueOrDefault(queue) <= 0));
        Reset();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _client.Dispose();
    }

    private int Port(int index) => new Uri(_server.Urls.ElementAt(index)).Port;

    private async Task PassAsync(HttpContext context)
    {
        var isQueue = ServiceOf(context.Request) == "queue";
        await ReadTransactionAsync(context.Request);
        var write = isQueue || Wrote is null ? "" : await ReadBodyAsync(context.Request);
        var fault = Fault(context.Request);
        if (fault is { IsCarriedOut: false, Status: { } refusal })
        {
            Count(context, isQueue, refusal, isEmptyPoll: false, []);
            context.Response.StatusCode = refusal;
            return;
        }

        if (fault.IsDuplicated)
        {
            context.Request.EnableBuffering();
        }

        using var request = Copy(context.Request, isQueue ? _account.QueuePort : _account.TablePort);
        if (fault.IsLate)
        {
            await request.Content!.LoadIntoBufferAsync(context.RequestAborted);
            context.Abort();
        }

        await fault.Until;

        // What is to be told of is told of, whether or not whoever asked for it dies meanwhile.
        using var response = await _client.SendAsync(request, fault.IsLate || write.Length > 0 ? CancellationToken.None : context.RequestAborted);
        var body = await response.Content.ReadAsByteArrayAsync(CancellationToken.None);
        Count(context, isQueue, (int)response.StatusCode, isQueue && HttpMethods.IsGet(context.Request.Method) && !body.AsSpan().ContainsMessage(), body);
        if (write.Length > 0 && response.IsSuccessStatusCode)
        {
            Wrote?.Invoke(context.Request, write);
        }

        if (fault.IsDuplicated)
        {
            context.Request.Body.Position = 0;
            using var again = Copy(context.Request, request.RequestUri!.Port);
            using var ignored = await _client.SendAsync(again, CancellationToken.None);
        }

        if (fault.IsAnswerLost)
        {
            context.Abort();
        }
        else if (fault.Status is { } status)
        {
            context.Response.StatusCode = status;
        }
        else
        {
            await AnswerAsync(context.Response, response, body, fault);
        }
    }

    // The path of an entity-group transaction does not say which table it is for: only its body does.
    private static async Task ReadTransactionAsync(HttpRequest request)
    {
        if (request.Path.Value!.EndsWith("/$batch", StringComparison.Ordinal))
        {
            request.HttpContext.Items[TransactionBody] = await ReadBodyAsync(request);
        }
    }

    // Leaves it to be sent on.
    private static async Task<string> ReadBodyAsync(HttpRequest request)
    {
        request.EnableBuffering();
        using var reader = new StreamReader(request.Body, leaveOpen: true);
        var body = await reader.ReadToEndAsync();
        request.Body.Position = 0;
        return body;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Count(HttpContext context, bool isQueue, int status, bool isEmptyPoll, ReadOnlySpan<byte> rows)
    {
        if (isQueue && status < 300 && context.Request.Path.Value!.Split('/') is [_, _, var queue, "messages", ..])
        {
            NoteMessage(queue, context.Request.Method);
        }

        _transactions.Enqueue(new(
            isQueue ? "queue" : "table",
            context.Request.Method,
            context.Request.Path.Value![(_account.Name.Length + 1)..],
            status,
            isEmptyPoll)
        {
            Rows = isQueue || !HttpMethods.IsGet(context.Request.Method) ? 0 : rows.CountRows(),
            Bytes = rows.Length,
        });
        Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
    }

    private void NoteMessage(string queue, string method)
    {
        if (HttpMethods.IsGet(method))
        {
            _received[queue] = true;
        }
        else if (HttpMethods.IsPost(method))
        {
            _unfinished.AddOrUpdate(queue, 1, static (_, count) => count + 1);
        }
        else if (HttpMethods.IsDelete(method))
        {
            _unfinished.AddOrUpdate(queue, -1, static (_, count) => count - 1);
        }
    }

    private static HttpRequestMessage Copy(HttpRequest incoming, int port)
    {
        // The path is signed as it was sent, escapes and all.
        var target = new UriBuilder(incoming.GetEncodedUrl()) { Port = port };
        var request = new HttpRequestMessage(new HttpMethod(incoming.Method), target.Uri) { Content = new StreamContent(incoming.Body) };
        request.Headers.TransferEncodingChunked = incoming.ContentLength is null && incoming.Headers.TransferEncoding.Count > 0;
        foreach (var (name, values) in incoming.Headers)
        {
            if (!name.Equals("Host", StringComparison.OrdinalIgnoreCase)
                && !request.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values))
            {
                request.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values);
            }
        }

        return request;
    }

    private static async Task AnswerAsync(HttpResponse outgoing, HttpResponseMessage response, byte[] body, StorageFault fault)
    {
        outgoing.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            if (!name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase) && !name.Equals("Connection", StringComparison.OrdinalIgnoreCase))
            {
                outgoing.Headers[name] = values.ToArray();
            }
        }

        if (fault.IsAnswerCut)
        {
            await outgoing.Body.WriteAsync(body.AsMemory(..(body.Length / 2)));
            await outgoing.Body.FlushAsync();
            outgoing.HttpContext.Abort();
        }
        else if (fault.IsAnswerDripping)
        {
            foreach (var bit in body.Chunk((body.Length / Drops) + 1))
            {
                await outgoing.Body.WriteAsync(bit);
                await outgoing.Body.FlushAsync();
                await Task.Delay(BetweenDrops);
            }
        }
        else if (body.Length > 0)
        {
            await outgoing.Body.WriteAsync(body);
        }
    }
}

file static class StorageResponses
{
    /// <summary>How many rows the answer to a query brings.</summary>
    public static int CountRows(this ReadOnlySpan<byte> body) => body.Count("\"RowKey\":"u8);

    /// <summary>Whether the answer to a poll brings a message.</summary>
    public static bool ContainsMessage(this ReadOnlySpan<byte> body) => body.IndexOf("<QueueMessage>"u8) >= 0;

    /// <inheritdoc cref="ContainsMessage(ReadOnlySpan{byte})"/>
    public static bool ContainsMessage(this Span<byte> body) => ((ReadOnlySpan<byte>)body).ContainsMessage();
}
