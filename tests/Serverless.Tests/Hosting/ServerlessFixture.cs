namespace Serverless.Tests.Hosting;

/// <summary>One application for all tests of a class. A test that needs an empty store takes an organization of its own.</summary>
public sealed class ServerlessFixture : IAsyncLifetime
{
    /// <summary>The application.</summary>
    public ServerlessHost Host { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() => Host = await ServerlessHost.StartAsync();

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Host.DisposeAsync();
}
