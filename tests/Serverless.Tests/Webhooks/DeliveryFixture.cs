using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;

namespace Serverless.Tests.Webhooks;

/// <summary>One application for all tests of a class that delivers webhooks, also to this machine.</summary>
public sealed class DeliveryFixture : IAsyncLifetime
{
    /// <summary>The application.</summary>
    public ServerlessHost Host { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() =>
        Host = await RunDriver.StartHostAsync(configure: builder =>
        {
            builder.Configuration["AzureWebJobs.DeliverWebhook.Disabled"] = "false";
            builder.Configuration["AzureWebJobs.DeliverSlowWebhook.Disabled"] = "false";
            builder.Configuration["Secrets:Key"] = Convert.ToBase64String(new byte[32]);
        });

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Host.DisposeAsync();
}
