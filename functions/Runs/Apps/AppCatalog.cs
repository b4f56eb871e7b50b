using Serverless.Http;
using Serverless.Workspaces;

namespace Serverless.Runs.Apps;

/// <summary>The apps a workspace sees: the built-in ones, then its own.</summary>
public sealed class AppCatalog(AppStore store)
{
    /// <summary>An app by its id; null when the workspace sees none.</summary>
    internal async Task<AppDefinition?> FindAsync(string workspace, string appId, CancellationToken cancellationToken) =>
        BuiltInApps.Find(appId) ?? (AppIds.IsAppId(appId) ? await store.FindAsync(workspace, appId, cancellationToken) : null);

    /// <summary>An app by its id.</summary>
    /// <exception cref="ApiException">404: the workspace sees none.</exception>
    internal async Task<AppDefinition> RequireAsync(string workspace, string appId, CancellationToken cancellationToken) =>
        await FindAsync(workspace, appId, cancellationToken) ?? throw Lamina.NotFound("App");

    /// <summary>Apps whose id, name or description contains a text, in whatever case.</summary>
    /// <param name="workspace">Who is looking.</param>
    /// <param name="text">The text; empty for all apps.</param>
    /// <param name="limit">The most to find.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task<IReadOnlyList<AppSummary>> SearchAsync(string workspace, string text, int limit, CancellationToken cancellationToken) =>
        await BuiltInApps.All.Select(AppSummary.Of).ToAsyncEnumerable()
            .Concat(store.ListAsync(workspace, cancellationToken))
            .Where(app => app.Contains(text))
            .Take(limit)
            .ToListAsync(cancellationToken);
}
