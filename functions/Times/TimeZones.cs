using System.Buffers;

namespace Serverless.Times;

/// <summary>The time zones of the IANA database, as the system knows them.</summary>
internal static class TimeZones
{
    private const int MaxIdLength = 64;
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_+-");

    // Clocks differ from UTC by 14 hours at the most, and no zone changes its clocks twice within two days.
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    /// <summary>Finds a zone by its id, such as <c>Europe/Berlin</c>; null when there is none. Ids begin with a capital letter: what else lies beside the zones is none.</summary>
    public static TimeZoneInfo? Find(string id) =>
        id.Length is > 0 and <= MaxIdLength && char.IsAsciiLetterUpper(id[0]) && !id.AsSpan().ContainsAnyExcept(IdCharacters) && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)
            ? zone
            : null;

    /// <summary>
    /// The first instant at which the clocks of a zone show a time, or a later one: of a time that they show twice the first, and for one that they pass over
    /// the instant at which they do.
    /// </summary>
    /// <param name="zone">The zone.</param>
    /// <param name="local">The time, in whole seconds.</param>
    public static DateTimeOffset FirstAt(TimeZoneInfo zone, DateTime local)
    {
        var shown = new DateTimeOffset(local.Ticks, TimeSpan.Zero);
        var (before, after) = (zone.GetUtcOffset(shown - OneDay), zone.GetUtcOffset(shown + OneDay));
        var (first, last) = before > after ? (shown - before, shown - after) : (shown - after, shown - before);
        if (Shows(first))
        {
            return first;
        }

        if (Shows(last))
        {
            return last;
        }

        // They are put forward between the two.
        while (last - first > TimeSpan.FromSeconds(1))
        {
            var middle = first.AddSeconds((long)(last - first).TotalSeconds / 2);
            (first, last) = middle + zone.GetUtcOffset(middle) < shown ? (middle, last) : (first, middle);
        }

        return last;

        bool Shows(DateTimeOffset at) => at + zone.GetUtcOffset(at) == shown;
    }
}
