using System.Text;

namespace Serverless.Traces.Events;

/// <summary>How an LLM call ended. A status is known by its place in <see cref="Names"/>.</summary>
public static class EventStatuses
{
    /// <summary>The place of <c>success</c>.</summary>
    public const int Success = 0;

    /// <summary>The place of <c>timeout</c>.</summary>
    public const int Timeout = 2;

    /// <summary>The statuses' names as they stand in events and queries.</summary>
    public static IReadOnlyList<string> Names { get; } = ["success", "error", "timeout", "rate_limited", "cancelled"];

    /// <summary>The statuses that count as errors: all but success, and what the caller itself cancelled.</summary>
    public static IReadOnlyList<int> Errors { get; } = [1, 2, 3];

    private static readonly byte[][] Utf8Names = [.. Names.Select(Encoding.UTF8.GetBytes)];

    /// <summary>The name of a status in UTF-8.</summary>
    public static ReadOnlySpan<byte> Utf8Name(int status) => Utf8Names[status];

    /// <summary>The status of this name, in lower case as the contract has it; -1 when there is none.</summary>
    public static int Find(ReadOnlySpan<byte> name)
    {
        for (var status = 0; status < Utf8Names.Length; status++)
        {
            if (name.SequenceEqual(Utf8Names[status]))
            {
                return status;
            }
        }

        return -1;
    }
}
