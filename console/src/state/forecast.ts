// What a plan's use comes to by the end of the month, if it goes on as it did. Pure.

export interface Forecast {
  /** What will have been used by the end of the month. */
  readonly expected: number;
  /** How much of the plan that is, from 0; above 1 it does not last. */
  readonly share: number;
  /** When the plan is used up, if it does not last; now or earlier if it is used up already. */
  readonly usedUpAt: Date | null;
}

/** The smallest part of a month that says something of the rest of it: half a day. */
const least = 12 * 3_600_000;

/**
 * @param month Such as `2026-11`, in UTC.
 * @returns Null when the month has hardly begun, or is none.
 */
export function forecast(used: number, allowed: number, month: string, now: Date): Forecast | null {
  const match = /^(\d{4})-(\d{2})$/.exec(month);
  if (!match) return null;
  const begin = Date.UTC(Number(match[1]), Number(match[2]) - 1);
  const end = Date.UTC(Number(match[1]), Number(match[2]));
  const passed = Math.min(now.getTime(), end) - begin;
  if (passed < least) return null;
  const expected = used * (end - begin) / passed;
  const isTooMuch = allowed > 0 && expected > allowed;
  return { expected, share: allowed > 0 ? expected / allowed : 0, usedUpAt: isTooMuch ? new Date(begin + passed * allowed / used) : null };
}
