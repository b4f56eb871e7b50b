using System.Diagnostics;
using System.Globalization;

namespace Serverless.Tests.Hosting;

/// <summary>A process of the tests: what it says is kept, every wait is bounded, and it ends with the test run, however that ends.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    // Its input ends when we do, even by SIGKILL; a line says that there is nothing left to end.
    private const string Guard = "read -r line || kill -s KILL \"$1\"";

    private readonly Lock _gate = new();
    private readonly Process _process;
    private readonly Process? _guard;
    private readonly Task _reading;
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];
    private TaskCompletionSource _changed = NewSignal();

    private ChildProcess(Process process)
    {
        _process = process;
        _process.StandardInput.Close();
        _guard = OperatingSystem.IsWindows() ? null : Process.Start(Shell(Guard, process.Id));
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput, _output), ReadAsync(process.StandardError, _errors));
    }

    /// <summary>The id of the process.</summary>
    public int Id => _process.Id;

    /// <summary>The lines it wrote to its standard output so far.</summary>
    public IReadOnlyList<string> Output => Copy(_output);

    /// <summary>The lines it wrote to its standard error so far.</summary>
    public IReadOnlyList<string> Errors => Copy(_errors);

    /// <summary>Starts a program.</summary>
    /// <param name="program">A path, or a name to be found in the path of the test run.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What is added to the environment of the test run; null removes a variable.</param>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string?>>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!);
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<ChildProcess> RunAsync(string program, params IEnumerable<string> arguments)
    {
        var process = Start(program, arguments);
        await process.WaitForExitAsync();
        return process;
    }

    /// <summary>The processes that a process has started, and that are still there, as Linux knows them.</summary>
    /// <param name="id">The process.</param>
    public static IReadOnlyList<int> ChildrenOf(int id) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var other) ? other : 0)
            .Where(other => other > 0 && ParentOf(other) == id),
    ];

    /// <summary>Waits for a line of the standard output.</summary>
    /// <returns>The line; null when the process ended without it.</returns>
    public async Task<string?> WaitForOutputAsync(Func<string, bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            var (changed, isOver) = (_changed.Task, _reading.IsCompleted);
            if (Output.FirstOrDefault(condition) is { } line)
            {
                return line;
            }

            if (isOver)
            {
                return null;
            }

            await Task.WhenAny(changed, _reading).WaitAsync(patience.Token);
        }
    }

    /// <summary>Waits until the process has ended and all it said was read.</summary>
    /// <param name="longest">The longest wait; null for what is usual.</param>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitForExitAsync(TimeSpan? longest = null)
    {
        using var patience = new CancellationTokenSource(longest ?? Patience.Limit);
        await _process.WaitForExitAsync(patience.Token);
        await _reading.WaitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>Ends the process at once; it learns nothing of it.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Asks the process to end, as an operator or an orchestrator does.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start(Shell("kill -s TERM \"$1\"", Id))!;
        await kill.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        await WaitForExitAsync();
        _process.Dispose();
        if (_guard is not null)
        {
            await _guard.StandardInput.WriteLineAsync();
            await _guard.WaitForExitAsync();
            _guard.Dispose();
        }
    }

    // The name of the program, in brackets, may hold anything; its state and its parent come after it.
    private static int? ParentOf(int id)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(line[(line.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has ended.
            return null;
        }
    }

    private static ProcessStartInfo Shell(string script, int id) =>
        new("sh", ["-c", script, "sh", $"{id}"]) { UseShellExecute = false, RedirectStandardInput = true };

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private string[] Copy(List<string> lines)
    {
        lock (_gate)
        {
            return [.. lines];
        }
    }

    private async Task ReadAsync(StreamReader reader, List<string> lines)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_gate)
            {
                lines.Add(line);
            }

            Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
        }
    }
}
