using System.Threading.Channels;
using Azure.Core;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Tests.Standalone.Host;

public sealed class QueueBindingTests : QueueTest
{
    private const string Text = "{\"text\":\"Grüße\"}";

    private readonly Channel<string> _received = Channel.CreateUnbounded<string>();

    [Theory]
    [InlineData(typeof(TakesText))]
    [InlineData(typeof(TakesBytes))]
    [InlineData(typeof(TakesMessage))]
    public async Task A_message_is_bound_and_then_deleted(Type functions)
    {
        await Queue.SendMessageAsync(Text);

        await using var host = await StartAsync(functions, _received);

        Assert.Equal(Text, await NextAsync(_received));
        await Traffic.NextAsync(RequestMethod.Delete);
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task Without_an_encoding_the_text_is_taken_as_it_is()
    {
        await Client(QueueName, QueueMessageEncoding.None).SendMessageAsync(Text);

        await using var host = await StartAsync(typeof(TakesText), _received, "messageEncoding=none");

        Assert.Equal(Text, await NextAsync(_received));
    }

    [Fact]
    public async Task What_is_not_base64_goes_to_the_poison_queue_as_it_is_and_reaches_no_function()
    {
        await Client(QueueName, QueueMessageEncoding.None).SendMessageAsync("not base64!");

        await using var host = await StartAsync(typeof(TakesText), _received);

        Assert.Equal("not base64!", await FirstTextAsync(Poison));
        await Traffic.NextAsync(RequestMethod.Delete);
        Assert.Equal(0, await CountAsync());
        Assert.False(_received.Reader.TryRead(out _));
    }

    [Fact]
    public async Task The_connection_may_be_another_setting()
    {
        await Queue.SendMessageAsync(Text);

        await using var host = await RunningHost.StartAsync(
            RunningHost.NoStorage,
            [typeof(HasItsOwnConnection)],
            services => services.AddSingleton(_received),
            $"Elsewhere={Account.ConnectionString}");

        Assert.Equal(Text, await NextAsync(_received));
    }

    internal sealed class TakesText(Channel<string> received)
    {
        [Function("Text")]
        public void Run([QueueTrigger("%QueueName%")] string text) => received.Writer.TryWrite(text);
    }

    internal sealed class TakesBytes(Channel<string> received)
    {
        [Function("Bytes")]
        public async Task Run([QueueTrigger("%QueueName%")] BinaryData bytes, CancellationToken cancellationToken) =>
            await received.Writer.WriteAsync(bytes.ToString(), cancellationToken);
    }

    internal sealed class TakesMessage(Channel<string> received)
    {
        [Function("Message")]
        public void Run([QueueTrigger("%QueueName%")] QueueMessage message, FunctionContext context) =>
            received.Writer.TryWrite(
                message is { DequeueCount: 1, MessageId.Length: > 0, PopReceipt.Length: > 0, InsertedOn: not null, ExpiresOn: not null }
                && context.FunctionDefinition.Name == "Message"
                    ? message.Body.ToString()
                    : "incomplete");
    }

    internal sealed class HasItsOwnConnection(Channel<string> received)
    {
        [Function("Elsewhere")]
        public void Run([QueueTrigger(QueueName, Connection = "Elsewhere")] string text) => received.Writer.TryWrite(text);
    }
}
