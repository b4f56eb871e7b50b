using System.Globalization;
using System.Text;
using Serverless.Local.Storage;

namespace Serverless.Tests.Hosting;

/// <summary>
/// Storage accounts for tests: a few Azurites in memory for the whole run, and in one of them an empty account for whoever asks. Such an emulator
/// is silent once a minute, while it clears away the messages that were sent meanwhile, for a time that grows with the square of their number: that
/// is why there are several.
/// </summary>
public static class TestStorage
{
    private const int EmulatorCount = 3;
    private const int AccountCount = 1000;

    private static readonly Dictionary<string, string> Accounts = Enumerable.Range(0, AccountCount).ToDictionary(
        Name,
        number => Convert.ToBase64String(Encoding.ASCII.GetBytes($"the key of test account {number.ToString(CultureInfo.InvariantCulture)}")),
        StringComparer.Ordinal);

    private static readonly Lazy<Task<Azurite>>[] Emulators = [.. Enumerable.Range(0, EmulatorCount).Select(static _ => Emulator())];
    private static readonly Lazy<Task<Azurite>> Apart = Emulator();

    private static int _taken;

    /// <summary>An account that nobody else uses, in an emulator that nobody waits for: for tests of so many rows that others would.</summary>
    public static async Task<StorageAccount> CreateAccountApartAsync() => Account(Interlocked.Increment(ref _taken) - 1, await Apart.Value);

    /// <summary>An account that nobody else uses.</summary>
    public static async Task<StorageAccount> CreateAccountAsync()
    {
        var number = Interlocked.Increment(ref _taken) - 1;
        return Account(number, await Emulators[number % EmulatorCount].Value);
    }

    private static StorageAccount Account(int number, Azurite azurite) => new(Name(number), Accounts[Name(number)], azurite.QueuePort, azurite.TablePort);

    private static Lazy<Task<Azurite>> Emulator() => new(static () => Azurite.StartAsync(new AzuriteOptions { Accounts = Accounts }));

    private static string Name(int number) => $"account{number.ToString(CultureInfo.InvariantCulture)}";
}
