namespace Serverless.Runs.Apps;

/// <summary>Which steps wait for which.</summary>
internal static class StepGraph
{
    /// <summary>The steps that a step waits for, each once: those its texts name, and those it is told to come after.</summary>
    public static IReadOnlyList<string> DependenciesOf(AppStep step) =>
    [
        .. step.Templates
            .SelectMany(text => StepTemplate.Parse(text).Placeholders)
            .Where(placeholder => placeholder.Kind == PlaceholderKind.Step)
            .Select(placeholder => placeholder.Name)
            .Concat(step.After)
            .Distinct(StringComparer.Ordinal),
    ];

    /// <summary>A step, and all that wait for it, if only by way of others.</summary>
    /// <param name="steps">The steps of an app.</param>
    /// <param name="id">The step.</param>
    public static IReadOnlySet<string> FromOn(IReadOnlyList<AppStep> steps, string id)
    {
        var found = new HashSet<string>([id], StringComparer.Ordinal);
        int before;
        do
        {
            before = found.Count;
            found.UnionWith(steps.Where(step => DependenciesOf(step).Any(found.Contains)).Select(step => step.Id));
        }
        while (found.Count > before);
        return found;
    }

    /// <summary>The circles of steps that wait for one another, and so would wait for ever; none in an app that can run.</summary>
    /// <param name="steps">The steps. What they wait for beside them is taken to be there.</param>
    /// <returns>The ids of each circle, every one waiting for the next, and the last for the first.</returns>
    public static IReadOnlyList<IReadOnlyList<string>> FindCircles(IReadOnlyList<AppStep> steps)
    {
        // A step that waits for none is in no circle. Most apps have no other.
        var waiting = steps
            .DistinctBy(step => step.Id, StringComparer.Ordinal)
            .Select(step => KeyValuePair.Create(step.Id, DependenciesOf(step)))
            .Where(step => step.Value.Count > 0)
            .ToDictionary(step => step.Key, step => step.Value.ToList(), StringComparer.Ordinal);
        var circles = new List<IReadOnlyList<string>>();
        while (true)
        {
            RemoveReady(waiting);
            if (waiting.Count == 0)
            {
                return circles;
            }

            // Whoever is left waits, in the end, for a circle: breaking that leaves only those that have another to wait for.
            var circle = FindCircle(waiting);
            circles.Add(circle);
            foreach (var step in circle)
            {
                waiting.Remove(step);
            }
        }
    }

    private static void RemoveReady(Dictionary<string, List<string>> waiting)
    {
        List<string> ready;
        do
        {
            ready = [.. waiting.Where(step => !step.Value.Exists(waiting.ContainsKey)).Select(step => step.Key)];
            ready.ForEach(step => waiting.Remove(step));
        }
        while (ready.Count > 0);
    }

    private static List<string> FindCircle(Dictionary<string, List<string>> waiting)
    {
        var trail = new List<string> { waiting.Keys.First() };
        while (true)
        {
            var next = waiting[trail[^1]].Find(waiting.ContainsKey)!;
            if (trail.IndexOf(next) is >= 0 and var start)
            {
                return trail[start..];
            }

            trail.Add(next);
        }
    }
}
