using Microsoft.Extensions.DependencyInjection;
using Serverless.Webhooks.Messages;

namespace Serverless.Alerts;

/// <summary>Adds alerts.</summary>
public static class AlertServices
{
    /// <summary>Adds them.</summary>
    public static IServiceCollection AddAlerts(this IServiceCollection services) => services
        .AddSingleton<AlertStore>()
        .AddSingleton<AlertHistory>()
        .AddSingleton<IWebhookSource>(provider => provider.GetRequiredService<AlertHistory>())
        .AddSingleton<AnnounceChange>(provider =>
            (workspace, change, cancellationToken) => provider.GetRequiredService<Announcements>().SendAsync(workspace, AlertHistory.Source, change, cancellationToken))
        .AddSingleton<AlertAnnouncements>()
        .AddSingleton<AlertReader>()
        .AddSingleton<WindowReader>()
        .AddSingleton<AlertEvaluation>()
        .AddSingleton<AlertRound>();
}
