using System.Text;
using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Runs.Engine;

namespace Serverless.Runs;

/// <summary>What a request has accepted, before it is.</summary>
/// <param name="Answer">What is said of it.</param>
/// <param name="AcceptAsync">Accepts it. Doing so again changes nothing.</param>
internal sealed record Acceptance<T>(T Answer, Func<Task> AcceptAsync);

/// <summary>Answers requests that have runs accepted. Under an <c>Idempotency-Key</c> a repetition gets the first answer, and accepts nothing more.</summary>
public sealed partial class AcceptOnce(IdempotencyStore requests, TimeProvider time, ILogger<AcceptOnce> logger)
{
    /// <summary>Finds out what is known of a request; null when it carries no key.</summary>
    internal Task<IdempotentRequest?> FindAsync(HttpContext context, string workspace) => IdempotentRequest.FindAsync(requests, context.Request, workspace);

    /// <summary>Answers a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="idempotent">What is known of it.</param>
    /// <param name="said">What it says: the same key with anything else is a conflict.</param>
    /// <param name="accepted">The answer.</param>
    /// <param name="prepareAsync">Makes what is accepted, under an id that tells it from all else. A repetition has the same id, and so has to make the same.</param>
    /// <param name="cancellationToken">Gives up the answer.</param>
    internal async Task AnswerAsync<T>(
        HttpContext context, IdempotentRequest? idempotent, string said, Answer<T> accepted, Func<RunId, Task<Acceptance<T>>> prepareAsync, CancellationToken cancellationToken)
    {
        idempotent?.Digest.AppendData(Encoding.UTF8.GetBytes(said));
        idempotent?.RequireSameBody();
        var answer = idempotent?.EarlierAnswer is { } earlier ? idempotent.Replay(earlier) : await CarryOutAsync(idempotent, accepted, prepareAsync);
        idempotent?.Mark(context.Response);
        await accepted.WriteBodyAsync(context, answer, cancellationToken);
    }

    private async Task<ReadOnlyMemory<byte>> CarryOutAsync<T>(IdempotentRequest? idempotent, Answer<T> accepted, Func<RunId, Task<Acceptance<T>>> prepareAsync)
    {
        var id = RunId.Parse(idempotent?.EarlierId) ?? RunId.New(time.GetUtcNow());
        var acceptance = await prepareAsync(id);
        if (idempotent is not null && await idempotent.ClaimAsync(id.Text) is { } earlier)
        {
            return earlier;
        }

        await acceptance.AcceptAsync();
        var answer = accepted.BodyOf(acceptance.Answer);
        return idempotent is null ? answer : await CompleteAsync(idempotent, answer, id);
    }

    // It is accepted by now, and nothing may say otherwise. Without the answer, a repetition accepts the same once more.
    private async Task<ReadOnlyMemory<byte>> CompleteAsync(IdempotentRequest idempotent, ReadOnlyMemory<byte> answer, RunId id)
    {
        try
        {
            return await idempotent.CompleteAsync(answer);
        }
        catch (Exception failure) when (failure is RequestFailedException or AggregateException or OperationCanceledException)
        {
            Log.AnswerNotKept(logger, failure, id);
            return answer;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The answer about {Id} could not be kept for a repetition of the request")]
        public static partial void AnswerNotKept(ILogger logger, Exception failure, RunId id);
    }
}
