using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Serverless.Storage;

/// <summary>
/// Kept in every row: the latest commit of each of the instances that wrote it last, the newest first. It tells an instance whose
/// answer was lost whether its commit was carried out, even when others have written the row since.
/// </summary>
internal static class CommitTrail
{
    private const int MaxCommits = 16;

    /// <summary>A new commit of an instance.</summary>
    /// <param name="instance">What tells the instance from others.</param>
    public static long Next(int instance) => ((long)instance << 32) | (uint)RandomNumberGenerator.GetInt32(int.MaxValue);

    /// <summary>The trail once a commit is carried out.</summary>
    public static byte[] Add(object? trail, long commit)
    {
        long[] commits = [commit, .. Read(trail).Where(earlier => Instance(earlier) != Instance(commit)).Take(MaxCommits - 1)];
        var bytes = new byte[commits.Length * sizeof(long)];
        for (var index = 0; index < commits.Length; index++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(index * sizeof(long)), commits[index]);
        }

        return bytes;
    }

    /// <summary>The commits of a trail.</summary>
    public static IEnumerable<long> Read(object? trail) =>
        trail is byte[] bytes ? bytes.Chunk(sizeof(long)).Where(commit => commit.Length == sizeof(long)).Select(commit => BinaryPrimitives.ReadInt64LittleEndian(commit)) : [];

    private static int Instance(long commit) => (int)(commit >> 32);
}
