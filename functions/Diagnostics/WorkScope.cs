using System.Collections;

namespace Serverless.Diagnostics;

/// <summary>
/// What is being worked on at the moment, and for whom: a scope of the log, which shows with every line written meanwhile. Who it is for
/// may be found out on the way.
/// </summary>
internal sealed class WorkScope : IReadOnlyList<KeyValuePair<string, object?>>
{
    private static readonly AsyncLocal<WorkScope?> Ambient = new();

    private readonly KeyValuePair<string, object?> _work;

    private WorkScope(string kind, string id) => _work = new(kind, id);

    /// <summary>The organization or agent it is for; null as long as that is not proven.</summary>
    public string? Tenant { get; private set; }

    /// <inheritdoc/>
    public int Count => Tenant is null ? 1 : 2;

    /// <inheritdoc/>
    public KeyValuePair<string, object?> this[int index] => index == 0 ? _work : new(nameof(Tenant), Tenant);

    /// <summary>Begins work, in this method and all it calls.</summary>
    /// <param name="kind">What it is, such as a request.</param>
    /// <param name="id">Which one.</param>
    public static WorkScope Begin(string kind, string id) => Ambient.Value = new(kind, id);

    /// <summary>Says whom the work at hand is for.</summary>
    public static void BelongsTo(string tenant)
    {
        if (Ambient.Value is { } scope)
        {
            scope.Tenant = tenant;
        }
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var index = 0; index < Count; index++)
        {
            yield return this[index];
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>For logs that show scopes as text.</summary>
    public override string ToString() => string.Join(", ", this.Select(pair => $"{pair.Key}:{pair.Value}"));
}
