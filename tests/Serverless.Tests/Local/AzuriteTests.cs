using System.Net.Sockets;
using Azure;
using Azure.Storage.Queues;
using Serverless.Local.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Local;

public sealed class AzuriteTests
{
    private const string Key = "a2V5";

    [Fact]
    public async Task It_has_the_accounts_it_is_given_on_free_ports_and_ends_when_disposed()
    {
        var accounts = new Dictionary<string, string>(StringComparer.Ordinal) { ["first"] = Key, ["second"] = Key };
        var azurite = await Azurite.StartAsync(new AzuriteOptions { Accounts = accounts });
        var queue = new QueueClient(azurite.ConnectionString("second"), "queue");
        await queue.CreateAsync();

        var unknown = new QueueClient(azurite.ConnectionString(), "queue");
        await Assert.ThrowsAsync<RequestFailedException>(() => unknown.CreateAsync());
        Assert.Equal(3, new HashSet<int> { azurite.BlobPort, azurite.QueuePort, azurite.TablePort }.Count);

        await azurite.DisposeAsync();
        using var client = new TcpClient();
        await Assert.ThrowsAnyAsync<SocketException>(() => client.ConnectAsync("127.0.0.1", azurite.QueuePort));
    }

    [Fact]
    public async Task What_it_keeps_in_a_folder_is_there_the_next_time()
    {
        var options = new AzuriteOptions { Location = Directory.CreateTempSubdirectory("azurite").FullName };
        try
        {
            await using (var azurite = await Azurite.StartAsync(options))
            {
                await new QueueClient(azurite.ConnectionString(), "kept").CreateAsync();
            }

            await using (var azurite = await Azurite.StartAsync(options))
            {
                Assert.True(await new QueueClient(azurite.ConnectionString(), "kept").ExistsAsync());
            }
        }
        finally
        {
            Directory.Delete(options.Location, recursive: true);
        }
    }

    [Fact]
    public async Task What_it_has_acknowledged_is_kept_when_its_owner_is_killed()
    {
        var location = Directory.CreateTempSubdirectory("azurite").FullName;
        try
        {
            await using var owner = ChildProcess.Start("dotnet", [typeof(EmulatorOwner).Assembly.Location, EmulatorOwner.Command, location]);
            var queue = new QueueClient(await owner.WaitForOutputAsync(line => line.StartsWith("DefaultEndpointsProtocol", StringComparison.Ordinal)), "kept");
            await queue.CreateAsync();
            await queue.SendMessageAsync("kept");

            owner.Kill();
            await WaitUntilClosedAsync(queue.Uri.Port);

            await using var azurite = await Azurite.StartAsync(new AzuriteOptions { Location = location });
            var message = (await new QueueClient(azurite.ConnectionString(), "kept").PeekMessageAsync()).Value;
            Assert.Equal("kept", message?.Body.ToString());
        }
        finally
        {
            Directory.Delete(location, recursive: true);
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_in_one_line()
    {
        await using var first = await Azurite.StartAsync(new AzuriteOptions());

        var failure = await Assert.ThrowsAsync<Microsoft.Extensions.Hosting.HostAbortedException>(
            () => Azurite.StartAsync(new AzuriteOptions { QueuePort = first.QueuePort }));

        Assert.StartsWith("The storage emulator did not start.", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{first.QueuePort}", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    // Nobody is left to tell when the emulator ends: only its port does.
    private static async Task WaitUntilClosedAsync(int port)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", port, patience.Token);
            }
            catch (SocketException)
            {
                return;
            }

            await Task.Delay(50, patience.Token);
        }
    }
}
