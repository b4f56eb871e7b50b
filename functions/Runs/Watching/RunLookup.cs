using Serverless.Http;
using Serverless.Runs.Engine;
using Serverless.Workspaces;

namespace Serverless.Runs.Watching;

/// <summary>Finds the run that a path names.</summary>
internal static class RunLookup
{
    /// <summary>The id of a run in a path.</summary>
    public static TextField InPath { get; } = new("runId", "The id of the run.") { Format = "uuid" };

    /// <summary>404: the workspace has no such run.</summary>
    public static ApiException NotFound() => Lamina.NotFound("Run");

    /// <summary>A run as it is at this moment.</summary>
    /// <exception cref="ApiException">404: the workspace has no such run.</exception>
    public static async Task<Run> RequireAsync(this RunStore store, string workspace, string runId, CancellationToken cancellationToken) =>
        RunId.Parse(runId) is { } id && await store.LookAsync(workspace, id, cancellationToken) is { } run ? run : throw NotFound();
}
