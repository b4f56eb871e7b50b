using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Storage;

namespace Serverless.Operator;

/// <summary>The operator's triggers for rows that cannot be read.</summary>
public sealed class UnreadableFunctions(OperatorEndpoint endpoint, RowsAside aside)
{
    private const int MaxRows = 200;

    /// <summary>Lists the rows, the first 200 of them.</summary>
    [Function("ListUnreadableRows")]
    public Task ListAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/admin/unreadable")] HttpRequest request) =>
        endpoint.ServeAsync(request, async (context, cancellationToken) =>
        {
            var rows = await aside.ListAsync(MaxRows, cancellationToken);
            await context.WriteListAsync(rows.Select(UnreadableAnswer.Of), OperatorJson.Default.UnreadableAnswer, cancellationToken);
        });

    /// <summary>Puts all rows back that were set aside.</summary>
    [Function("RestoreUnreadableRows")]
    public Task RestoreAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/unreadable/restore")] HttpRequest request) =>
        endpoint.ServeAsync(request, async (context, cancellationToken) =>
        {
            var restored = await aside.RestoreAsync(cancellationToken);
            await context.WriteDataAsync(new(restored), OperatorJson.Default.RestoredAnswer, cancellationToken);
        });
}
