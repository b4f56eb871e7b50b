using Serverless.Local.Storage;

namespace Serverless.Tests.Local;

/// <summary>A process that starts the storage emulator, says how to reach it, and lasts until it is ended.</summary>
internal static class EmulatorOwner
{
    /// <summary>The first argument of such a process; the second is the folder of the data.</summary>
    public const string Command = "emulate";

    /// <summary>Runs the process.</summary>
    public static async Task RunAsync(string location)
    {
        await using var azurite = await Azurite.StartAsync(new AzuriteOptions { Location = location });
        await System.Console.Out.WriteLineAsync(azurite.ConnectionString());
        await Task.Delay(Timeout.Infinite);
    }
}
