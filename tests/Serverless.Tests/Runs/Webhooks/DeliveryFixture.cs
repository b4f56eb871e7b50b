using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;

namespace Serverless.Tests.Runs.Webhooks;

/// <summary>One application for all tests of a class that delivers webhooks, also to this machine.</summary>
public sealed class DeliveryFixture : IAsyncLifetime
{
    /// <summary>The application.</summary>
    public ServerlessHost Host { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() =>
        Host = await RunDriver.StartHostAsync(configure: builder => builder.Configuration["AzureWebJobs.DeliverWebhook.Disabled"] = "false");

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Host.DisposeAsync();
}
