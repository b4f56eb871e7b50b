using System.Threading.Channels;
using Azure.Core;
using Azure.Storage.Queues;
using Serverless.Local.Workers.Protocol;

namespace Serverless.Tests.Local;

/// <summary>What a function is given of a queue message.</summary>
public sealed class QueueMessageTests : QueueTest
{
    private const string Text = "{\"text\":\"Grüße\"}";

    // Bytes that are no UTF-8.
    private static readonly byte[] Bytes = [0x1f, 0x8b, 0x00, 0xff, 0xfe];

    private readonly Channel<InvocationRequest> _received = Channel.CreateUnbounded<InvocationRequest>();

    [Fact]
    public async Task A_function_that_takes_text_gets_text_and_then_the_message_is_deleted()
    {
        await Queue.SendMessageAsync(Text);

        await using var host = await StartAsync(Trigger(), ReceiveAsync);

        var invocation = await NextAsync(_received);
        await Traffic.NextAsync(RequestMethod.Delete);
        Assert.Equal(Text, Input(invocation).String);
        Assert.Equal("1", invocation.TriggerMetadata["DequeueCount"].String);
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task A_function_that_takes_bytes_gets_them_whole()
    {
        await Queue.SendMessageAsync(new BinaryData(Bytes));

        await using var host = await StartAsync(Trigger(dataType: "Binary"), ReceiveAsync);

        Assert.Equal(Bytes, Input(await NextAsync(_received)).Bytes.ToByteArray());
    }

    [Theory]
    [InlineData("String")]
    [InlineData("Undefined")]
    public async Task Any_other_function_gets_text_and_bytes_that_are_no_text_do_not_survive(string dataType)
    {
        await Queue.SendMessageAsync(new BinaryData(Bytes));

        await using var host = await StartAsync(Trigger(dataType: dataType), ReceiveAsync);

        Assert.Equal("\u001f\ufffd\0\ufffd\ufffd", Input(await NextAsync(_received)).String);
    }

    [Fact]
    public async Task Without_an_encoding_the_text_is_taken_as_it_is()
    {
        await Client(QueueName, QueueMessageEncoding.None).SendMessageAsync(Text);

        await using var host = await StartAsync(Trigger(), ReceiveAsync, "messageEncoding=none");

        Assert.Equal(Text, Input(await NextAsync(_received)).String);
    }

    [Fact]
    public async Task What_is_not_base64_goes_to_the_poison_queue_as_it_is_and_reaches_no_function()
    {
        await Client(QueueName, QueueMessageEncoding.None).SendMessageAsync("not base64!");

        await using var host = await StartAsync(Trigger(), ReceiveAsync);

        Assert.Equal("not base64!", await FirstTextAsync(Poison));
        await Traffic.NextAsync(RequestMethod.Delete);
        Assert.Equal(0, await CountAsync());
        Assert.False(_received.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Queue_and_connection_may_be_named_by_settings()
    {
        await Queue.SendMessageAsync(Text);
        var worker = new ScriptedWorker().With("Work", Trigger("%QueueName%", connection: "Elsewhere"), ReceiveAsync);

        await using var host = await ScriptedHost.StartAsync(worker, storage: null, [$"Elsewhere={Account.ConnectionString}", $"QueueName={QueueName}"]);

        Assert.Equal(Text, Input(await NextAsync(_received)).String);
    }

    private Task ReceiveAsync(InvocationRequest invocation, CancellationToken cancelled) => _received.Writer.WriteAsync(invocation, cancelled).AsTask();
}
