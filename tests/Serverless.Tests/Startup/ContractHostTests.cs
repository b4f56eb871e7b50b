using System.Net;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Startup;

/// <summary>The way of the contract tests to a running host: every surface can be asked with nothing but an address and a file of keys.</summary>
public sealed class ContractHostTests(DevelopmentStorage storage) : IClassFixture<DevelopmentStorage>, IDisposable
{
    private const string AdminKey = "ADMIN_KEY";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-contract-");

    private string Keys => Path.Combine(_folder.FullName, "demo.env");

    public void Dispose() => _folder.Delete(recursive: true);

    // One start for all: limits by address that would stand in the way from the second request on, the operator's key, and then the file without it.
    [Fact]
    public async Task With_the_operator_s_key_a_test_makes_what_it_needs_and_without_it_the_keys_of_the_file_serve()
    {
        await using var process = await StartAsync(new("Limits__LithtrixRegistrationsPerHour", "1"), new("Limits__LaminaRequestsPerMinute", "1"));
        await using (var host = ContractHost.Connect(process.Client.BaseAddress!, Keys))
        {
            await ContractSmoke.ExpectAsync(host);
            for (var number = 0; number < 3; number++)
            {
                await AgentClient.RegisterAsync(host.Client);
                Assert.Equal(HttpStatusCode.Unauthorized, (await new LaminaClient(host.Client, key: null).GetAsync("/v1/apps")).Status);
            }
        }

        await File.WriteAllLinesAsync(Keys, (await File.ReadAllLinesAsync(Keys)).Where(line => !line.StartsWith(AdminKey, StringComparison.Ordinal)));
        await using var unattended = ContractHost.Connect(process.Client.BaseAddress!, Keys);
        await (await unattended.AnyLogClientAsync()).AcceptAsync(LogEntries.Simple());
        using var accepted = await (await unattended.AnyTraceClientAsync()).PostAsync(TraceEvents.Lines(1));
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        await (await unattended.AnyTraceReaderAsync()).ReadAsync("/v1/events");
        await ContractSmoke.ExpectRunsAsync(await unattended.AnyLaminaClientAsync());
        var missing = await Assert.ThrowsAsync<InvalidOperationException>(() => LogClient.CreateAsync(unattended));
        Assert.Contains($"{AdminKey} is missing in {Keys}", missing.Message, StringComparison.Ordinal);
    }

    // The keys are written once requests are answered, and the banner after them.
    private async Task<ServerlessProcess> StartAsync(params IEnumerable<KeyValuePair<string, string?>> environment)
    {
        var process = await ServerlessProcess.StartAsync(storage.Account, [new("DemoFile", Keys), .. environment]);
        await process.WaitForOutputAsync(line => line.Contains("Serverless is ready", StringComparison.Ordinal));
        return process;
    }
}
