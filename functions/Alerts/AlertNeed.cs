namespace Serverless.Alerts;

/// <summary>What has to be counted before an alert can be judged: the five minutes from the first that is not known on. All later ones are counted as well, or known already.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="First">The number of the first five minutes.</param>
/// <param name="Last">The number of the last, included: those that have just passed.</param>
internal sealed record AlertNeed(StoredAlert Alert, long First, long Last)
{
    /// <summary>What an alert needs for all windows up to one to be judged; null when they have been.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="newest">The window.</param>
    public static AlertNeed? Of(StoredAlert alert, long newest)
    {
        var first = AlertJudgement.First(alert.State, newest);
        if (first > newest)
        {
            return null;
        }

        var known = alert.Parts.Select(part => part.Number).ToHashSet();
        var missing = first - alert.Rule.Parts;
        while (missing < newest - 1 && known.Contains(missing))
        {
            missing++;
        }

        return new(alert, missing, newest - 1);
    }

    /// <summary>All that is known once it was counted: what was counted earlier stays as it was.</summary>
    /// <param name="counted">What was counted now.</param>
    public IReadOnlyDictionary<long, WindowPart> With(IEnumerable<WindowPart> counted)
    {
        var parts = Alert.Parts.ToDictionary(part => part.Number);
        foreach (var part in counted)
        {
            parts.TryAdd(part.Number, part);
        }

        return parts;
    }
}
