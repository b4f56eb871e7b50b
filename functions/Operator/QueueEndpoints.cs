using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;

namespace Serverless.Operator;

/// <summary><c>GET /v1/admin/queues</c>: how much waits in each queue, and since when.</summary>
public sealed class QueueEndpoints(SurfaceEndpoint endpoint, QueueLevels levels)
{
    private static readonly Answer<Answered<IEnumerable<QueueAnswer>>> Listed =
        Answer.Json(200, "Every queue, by name.", OperatorJson.Default.AnsweredIEnumerableQueueAnswer) with
        {
            Example = """{"data":[{"name":"logs","length":2,"poison":0,"oldest":"2026-11-21T19:48:13Z"}]}""",
        };

    private static readonly ApiOperation ListQueues = new(nameof(ListQueues), "Shows how much waits in the queues, and since when")
    {
        Description = "A queue whose `oldest` stays what it is has nobody who works on it.",
        Credentials = [OperatorSurface.Key],
        Answers = [Listed],
    };

    /// <summary><c>GET queues</c>.</summary>
    [Function(nameof(ListQueues))]
    public Task ListQueuesAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = OperatorSurface.Root + "queues")] HttpRequest request) =>
        endpoint.ServeAsync(request, ListQueues, async (context, cancellationToken) =>
            await Listed.WriteAsync(context, new((await levels.ReadAsync(cancellationToken)).Select(QueueAnswer.Of)), cancellationToken));
}
