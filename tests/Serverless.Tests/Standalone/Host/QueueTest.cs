using System.Net;
using System.Threading.Channels;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Standalone.Host;

/// <summary>A queue in an account of the test's own, and a view of what the host asks the storage.</summary>
public abstract class QueueTest : IAsyncLifetime
{
    protected const string QueueName = "work";

    private protected QueueTraffic Traffic { get; } = new();

    protected StorageAccount Account { get; private set; } = null!;

    protected QueueClient Queue { get; private set; } = null!;

    protected QueueClient Poison { get; private set; } = null!;

    /// <summary>How long the host leases a message at a time.</summary>
    protected virtual TimeSpan Lease => TimeSpan.FromSeconds(30);

    public async Task InitializeAsync()
    {
        Account = await TestStorage.CreateAccountAsync();
        Queue = Client(QueueName, QueueMessageEncoding.Base64);
        Poison = Client($"{QueueName}-poison", QueueMessageEncoding.None);
        await Queue.CreateAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    protected QueueClient Client(string name, QueueMessageEncoding encoding) =>
        new(Account.ConnectionString, name, new QueueClientOptions { MessageEncoding = encoding });

    /// <summary>A host that polls often and retries at once, unless the settings say otherwise.</summary>
    private protected Task<RunningHost> StartAsync<T>(Type functions, T state, params string[] queueSettings)
        where T : class
    {
        string[] all = ["maxPollingInterval=00:00:00.2", "visibilityTimeout=00:00:00", .. queueSettings];
        return RunningHost.StartAsync(
            Account.ConnectionString,
            [functions],
            services => services
                .AddSingleton(state)
                .Configure<QueueClientOptions>(options => options.AddPolicy(Traffic, HttpPipelinePosition.PerRetry)),
            [$"QueueName={QueueName}", .. all.Select(setting => $"AzureFunctionsJobHost:extensions:queues:{setting}"), $"Standalone:QueueLease={Lease}"]);
    }

    /// <summary>The first message of a queue that may not be there yet.</summary>
    protected static async Task<string> FirstTextAsync(QueueClient queue)
    {
        using var patience = new CancellationTokenSource(RunningHost.Patience);
        while (true)
        {
            if (await queue.ExistsAsync(patience.Token) && (await queue.PeekMessageAsync(patience.Token)).Value is { } message)
            {
                return message.Body.ToString();
            }
        }
    }

    protected async Task<int> CountAsync() => (await Queue.GetPropertiesAsync()).Value.ApproximateMessagesCount;

    protected static async Task<T> NextAsync<T>(Channel<T> channel) =>
        await channel.Reader.ReadAsync().AsTask().WaitAsync(RunningHost.Patience);
}

/// <summary>Tells a test of each answer the storage gave to the host's listeners.</summary>
internal sealed class QueueTraffic : HttpPipelinePolicy
{
    private readonly Channel<(RequestMethod Method, HttpStatusCode Status)> _answers =
        Channel.CreateUnbounded<(RequestMethod Method, HttpStatusCode Status)>();

    /// <summary>Waits for the next answer to a request of the given method; earlier answers to others are skipped.</summary>
    public async Task<HttpStatusCode> NextAsync(RequestMethod method)
    {
        using var patience = new CancellationTokenSource(RunningHost.Patience);
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
