namespace Serverless.Tests.Hosting;

/// <summary>One application for all tests of a class, where the limit by client address does not stand in the way of Lamina's tests.</summary>
public sealed class LaminaFixture : IAsyncLifetime
{
    /// <summary>The application.</summary>
    public ServerlessHost Host { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() => Host = await LaminaClient.StartHostAsync();

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Host.DisposeAsync();
}
