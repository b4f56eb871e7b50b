using System.Globalization;
using System.Text;
using Serverless.Standalone.Host;

namespace Serverless.Tests.Hosting;

/// <summary>Storage accounts for tests: one Azurite in memory for the whole run, and in it an empty account for whoever asks.</summary>
public static class TestStorage
{
    private const int AccountCount = 1000;

    private static readonly Dictionary<string, string> Accounts = Enumerable.Range(0, AccountCount).ToDictionary(
        Name,
        number => Convert.ToBase64String(Encoding.ASCII.GetBytes($"the key of test account {number.ToString(CultureInfo.InvariantCulture)}")),
        StringComparer.Ordinal);

    private static readonly Lazy<Task<Azurite>> Emulator = new(static () => Azurite.StartAsync(new AzuriteOptions { Accounts = Accounts }));
    private static int _taken;

    /// <summary>An account that nobody else uses.</summary>
    public static async Task<StorageAccount> CreateAccountAsync()
    {
        var azurite = await Emulator.Value;
        var name = Name(Interlocked.Increment(ref _taken) - 1);
        return new(name, Accounts[name], azurite.QueuePort, azurite.TablePort);
    }

    private static string Name(int number) => $"account{number.ToString(CultureInfo.InvariantCulture)}";
}
