using Serverless.Tests.Admission;
using Serverless.Tests.Local;

namespace Serverless.Tests.Hosting;

/// <summary>What a test that needs several processes starts: this assembly, run by itself.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is [Contender.Command, .. var contender])
        {
            await Contender.RunAsync(contender);
            return 0;
        }

        if (arguments is [EmulatorOwner.Command, var location])
        {
            await EmulatorOwner.RunAsync(location);
            return 0;
        }

        await System.Console.Error.WriteLineAsync("These are tests: run them with dotnet test.");
        return 1;
    }
}
