using System.Diagnostics;
using Serverless.Ingestion.Chunks;
using Serverless.Logs.Entries;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using Serverless.Tests.Ingestion.Chunks;

namespace Serverless.Tests.Diagnostics;

/// <summary>Batches of several requests in one message: it can continue the trace of one of them only.</summary>
public sealed class SharedMessageTests
{
    [Fact]
    public async Task The_message_continues_the_trace_of_the_first_and_the_others_are_linked_to_it()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        var queues = StorageClients.Queues(new() { ConnectionString = proxy.Account.ConnectionString });
        await queues.CreateQueueAsync(QueueNames.Logs);
        var mayGoOn = new TaskCompletionSource();
        var isUnderWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        proxy.Fault = _ =>
        {
            isUnderWay.TrySetResult();
            return StorageFault.Held(mayGoOn.Task);
        };
        var queue = new ChunkQueue(queues);
        using var source = new ActivitySource(nameof(SharedMessageTests));
        using var listener = new ActivityListener
        {
            ShouldListenTo = heard => heard == source,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);

        // The second and the third gather while the first is under way.
        var (alone, sentAlone) = Send("alone");
        await isUnderWay.Task;
        var (second, sentSecond) = Send("second");
        var (third, sentThird) = Send("third");
        mayGoOn.SetResult();
        await Task.WhenAll(sentAlone, sentSecond, sentThird);

        var messages = (await queues.GetQueueClient(QueueNames.Logs).ReceiveMessagesAsync(maxMessages: 3)).Value;
        Assert.Equal([alone.Id, second.Id], messages.Select(message => ChunkMessage.Decode(message.Body)[0].Header.TraceParent));
        Assert.Empty(alone.Links);
        Assert.Empty(second.Links);
        Assert.Equal(second.SpanId, Assert.Single(third.Links).Context.SpanId);

        (Activity Span, Task Sent) Send(string name)
        {
            Activity.Current = null;
            var span = source.StartActivity(name)!;
            return (span, queue.SendAsync(LogChunks.Schema, new Chunk(Chunks.AnyHeader with { Max = Chunks.AnyHeader.Min, TraceParent = span.Id }, new byte[] { 1 })));
        }
    }
}
