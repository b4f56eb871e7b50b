using Azure.Data.Tables;

namespace Serverless.Storage;

/// <summary>Entity-group transactions whose conditions may fail.</summary>
internal static class TableTransactions
{
    /// <summary>Carries a transaction out.</summary>
    /// <returns>False when somebody else has changed one of its rows meanwhile: nothing of it is done then.</returns>
    public static async Task<bool> TrySubmitAsync(this TableClient table, IEnumerable<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        try
        {
            await table.SubmitTransactionAsync(actions, cancellationToken);
            return true;
        }
        catch (TableTransactionFailedException failure) when (failure.Status is 404 or 409 or 412)
        {
            return false;
        }
    }
}
