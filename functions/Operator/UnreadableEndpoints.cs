using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.Operator;

/// <summary>Rows that cannot be read: to be seen, and put back once there is a version that reads them.</summary>
public sealed class UnreadableEndpoints(SurfaceEndpoint endpoint, RowsAside aside)
{
    private const string Root = OperatorSurface.Root + "unreadable";
    private const int MaxRows = 200;

    private static readonly Answer<Answered<IEnumerable<UnreadableAnswer>>> Listed =
        Answer.Json(200, "The first rows.", OperatorJson.Default.AnsweredIEnumerableUnreadableAnswer);

    private static readonly Answer<Answered<RestoredAnswer>> Restored = Answer.Json(200, "What was put back.", OperatorJson.Default.AnsweredRestoredAnswer);

    private static readonly ApiOperation ListUnreadableRows = new(nameof(ListUnreadableRows), $"Lists the rows that cannot be read, the first {MaxRows} of them")
    {
        Description = "A row whose content is destroyed is left out by whoever reads its range. It is set aside, whole: one of log entries or events within ten minutes, all others by night.",
        Credentials = [OperatorSurface.Key],
        Answers = [Listed],
    };

    private static readonly ApiOperation RestoreUnreadableRows = new(nameof(RestoreUnreadableRows), "Puts all rows back that were set aside")
    {
        Description = "A row in whose place there is another by now stays aside. What still cannot be read is found again.",
        Credentials = [OperatorSurface.Key],
        Answers = [Restored],
    };

    /// <summary><c>GET unreadable</c>.</summary>
    [Function(nameof(ListUnreadableRows))]
    public Task ListUnreadableRowsAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root)] HttpRequest request) =>
        endpoint.ServeAsync(request, ListUnreadableRows, async (context, cancellationToken) =>
        {
            var rows = await aside.ListAsync(MaxRows, cancellationToken);
            await Listed.WriteAsync(context, new(rows.Select(UnreadableAnswer.Of)), cancellationToken);
        });

    /// <summary><c>POST unreadable/restore</c>.</summary>
    [Function(nameof(RestoreUnreadableRows))]
    public Task RestoreUnreadableRowsAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Root + "/restore")] HttpRequest request) =>
        endpoint.ServeAsync(request, RestoreUnreadableRows, async (context, cancellationToken) =>
            await Restored.WriteAsync(context, new(new(await aside.RestoreAsync(cancellationToken))), cancellationToken));
}
