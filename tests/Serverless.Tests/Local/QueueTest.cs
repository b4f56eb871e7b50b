using System.Net;
using System.Threading.Channels;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Queues;
using Serverless.Local.Workers.Protocol;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Local;

/// <summary>A queue in an account of the test's own, and a view of what the host asks the storage.</summary>
public abstract class QueueTest : IAsyncLifetime
{
    private protected const string QueueName = "work";

    private protected QueueTraffic Traffic { get; } = new();

    private protected StorageAccount Account { get; private set; } = null!;

    private protected QueueClient Queue { get; private set; } = null!;

    private protected QueueClient Poison { get; private set; } = null!;

    /// <summary>How long the host leases a message at a time.</summary>
    private protected virtual TimeSpan Lease => TimeSpan.FromSeconds(30);

    public async Task InitializeAsync()
    {
        Account = await TestStorage.CreateAccountAsync();
        Queue = Client(QueueName, QueueMessageEncoding.Base64);
        Poison = Client($"{QueueName}-poison", QueueMessageEncoding.None);
        await Queue.CreateAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>A trigger as a worker describes it.</summary>
    private protected static string Trigger(string queue = QueueName, string dataType = "String", string connection = "") =>
        $$"""{"name":"message","type":"queueTrigger","direction":"In","queueName":"{{queue}}","dataType":"{{dataType}}","connection":"{{connection}}"}""";

    /// <summary>What a function was given.</summary>
    private protected static TypedData Input(InvocationRequest invocation) => Assert.Single(invocation.InputData).Data;

    private protected QueueClient Client(string name, QueueMessageEncoding encoding) =>
        new(Account.ConnectionString, name, new QueueClientOptions { MessageEncoding = encoding });

    /// <summary>A host that polls often and retries at once, unless the settings say otherwise.</summary>
    private protected Task<ScriptedHost> StartAsync(string trigger, ScriptedFunction run, params IEnumerable<string> queueSettings) =>
        StartAsync(new ScriptedWorker().With("Work", trigger, run), queueSettings);

    /// <summary>A host that polls often and retries at once, unless the settings say otherwise.</summary>
    private protected Task<ScriptedHost> StartAsync(ScriptedWorker worker, IEnumerable<string> queueSettings, TimeSpan? grace = null) => ScriptedHost.StartAsync(
        worker,
        Account.ConnectionString,
        [
            .. ((string[])["maxPollingInterval=00:00:00.2", "visibilityTimeout=00:00:00", .. queueSettings])
                .Select(setting => $"AzureFunctionsJobHost:extensions:queues:{setting}"),
            $"Local:QueueLease={Lease}",
        ],
        grace: grace,
        configureQueues: options => options.AddPolicy(Traffic, HttpPipelinePosition.PerRetry));

    /// <summary>The first message of a queue that may not be there yet.</summary>
    private protected static async Task<string> FirstTextAsync(QueueClient queue)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            if (await queue.ExistsAsync(patience.Token) && (await queue.PeekMessageAsync(patience.Token)).Value is { } message)
            {
                return message.Body.ToString();
            }
        }
    }

    private protected async Task<int> CountAsync() => (await Queue.GetPropertiesAsync()).Value.ApproximateMessagesCount;

    private protected static async Task<T> NextAsync<T>(Channel<T> channel) =>
        await channel.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit);
}

/// <summary>Tells a test of each answer the storage gave to the host's listeners.</summary>
internal sealed class QueueTraffic : HttpPipelinePolicy
{
    private readonly Channel<(RequestMethod Method, HttpStatusCode Status)> _answers =
        Channel.CreateUnbounded<(RequestMethod Method, HttpStatusCode Status)>();

    /// <summary>Waits for the next answer to a request of the given method; earlier answers to others are skipped.</summary>
    public async Task<HttpStatusCode> NextAsync(RequestMethod method)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            var answer = await _answers.Reader.ReadAsync(patience.Token);
            if (answer.Method == method)
            {
                return answer.Status;
            }
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline);
        _answers.Writer.TryWrite((message.Request.Method, (HttpStatusCode)message.Response.Status));
    }
}
