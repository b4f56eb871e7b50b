using Serverless.Http;
using Serverless.Runs.Engine;
using Serverless.Runs.Watching;
using Serverless.Webhooks.Messages;

namespace Serverless.Runs;

/// <summary>What messages about ends of runs say. A run ends once, so its id makes the message's.</summary>
internal sealed class EndedRuns(RunStore store) : IWebhookSource
{
    /// <inheritdoc/>
    public string Name => Run.WebhookSource;

    /// <inheritdoc/>
    public async Task<WebhookContent?> FindAsync(string workspace, string id, CancellationToken cancellationToken) =>
        RunId.Parse(id) is { } known && (await store.FindAsync(workspace, known, cancellationToken))?.Run is { CompletedAt: { } end } run
            ? new(run.Id.Text, $"run.{RunWords.Of(run.Status)}", end, JsonResponse.Body(RunAnswer.Of(run), RunJson.Default.RunAnswer)) { Url = run.WebhookUrl }
            : null;
}
