using System.Diagnostics;

namespace Serverless.Benchmarks.Core;

/// <summary>This program once more, in a process of its own. It says when it is ready, and answers each line it is sent with a line.</summary>
internal sealed class Contender : IAsyncDisposable
{
    private const string Ready = "ready";

    private readonly Process _process;

    private Contender(Process process) => _process = process;

    /// <summary>What it takes of the machine.</summary>
    public Footprint Footprint => Footprint.Of(_process.Id);

    /// <summary>Starts one, and waits until it is ready.</summary>
    /// <param name="arguments">What the program is started with.</param>
    public static async Task<Contender> StartAsync(params IEnumerable<string> arguments)
    {
        var contender = new Contender(Process.Start(
            new ProcessStartInfo(Runtime.Path, [typeof(Contender).Assembly.Location, .. arguments])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!);
        return await contender._process.StandardOutput.ReadLineAsync() == Ready ? contender : throw new WrongResultException("A process did not start");
    }

    /// <summary>Sends it a line.</summary>
    /// <returns>The line that it answers.</returns>
    public async Task<string> AskAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        return await _process.StandardOutput.ReadLineAsync() ?? throw new WrongResultException("A process has ended");
    }

    /// <summary>What runs in the process: says that it is ready, and answers until it is sent no more.</summary>
    /// <param name="answer">Finds the answer to a line.</param>
    public static async Task ServeAsync(Func<string, Task<string>> answer)
    {
        await System.Console.Out.WriteLineAsync(Ready);
        while (await System.Console.In.ReadLineAsync() is { } line)
        {
            await System.Console.Out.WriteLineAsync(await answer(line));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
