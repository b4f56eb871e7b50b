namespace Serverless.Admission;

/// <summary>
/// What one request may still wait for its turn. Whoever finds another one ahead, once the wait is over, waits again, as long as the time it has in all
/// is not up.
/// </summary>
/// <param name="room">Where it waits.</param>
/// <param name="gone">Says that its caller has left.</param>
public sealed class Turn(WaitingRoom room, CancellationToken gone)
{
    private TimeSpan _left = WaitingRoom.Longest;

    /// <summary>Waits until a request that was refused may be admitted.</summary>
    /// <returns>Whether to ask again; false when the refusal stands: waiting does not help, takes too long, or too many are waiting already.</returns>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<bool> WaitAsync(Admittance refused)
    {
        if (WaitFor(refused) is not { } wait || wait > _left || !await room.WaitAsync(wait, gone))
        {
            return false;
        }

        _left -= wait;
        return true;
    }

    /// <summary>How long it takes until a request that was refused has its permits, if nobody else asks; null when there is something else in its way than rates.</summary>
    internal static TimeSpan? WaitFor(Admittance admittance)
    {
        if (admittance.Status != AdmittanceStatus.Denied)
        {
            return null;
        }

        var denials = admittance.Outcomes.Where(outcome => !outcome.Decision.IsAdmitted).ToList();
        return denials.TrueForAll(denial => denial.Charge.Limit.RateWindow is not null) ? WholeMilliseconds(denials.Max(denial => denial.Decision.RetryAfter)) : null;
    }

    // Timers know no less: a part of one would be no wait at all.
    private static TimeSpan WholeMilliseconds(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
}
