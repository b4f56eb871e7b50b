// What the overview makes of the answers. Pure functions.

import { day } from '../../state/times';
import { levels as levelNames } from '../logs/entries';

export type Levels = Record<(typeof levelNames)[number], number>;

interface Hour { hour: string; requests: number; cost: number; errors: number }

// Beyond that a chart of this size has no room for a bar an hour.
const longestByHour = 8 * day;

/** What came in hour by hour over a range of so many milliseconds, put together by the day (UTC) when that is long. */
export function stepsOf(timeline: readonly Hour[], length: number) {
  const isByDay = length > longestByHour;
  const steps = new Map<number, { time: number; requests: number; cost: number; errors: number }>();
  for (const { hour, requests, cost, errors } of timeline) {
    const at = Date.parse(hour);
    const time = isByDay ? at - at % day : at;
    const step = steps.get(time) ?? { time, requests: 0, cost: 0, errors: 0 };
    steps.set(time, { time, requests: step.requests + requests, cost: step.cost + cost, errors: step.errors + errors });
  }
  return { isByDay, steps: [...steps.values()] };
}

/** All entries of a range by their level. */
export function sumLevels(buckets: readonly { levels: Levels }[]) {
  const sum: Levels = { debug: 0, info: 0, warn: 0, error: 0, fatal: 0, panic: 0 };
  for (const { levels } of buckets) for (const name of levelNames) sum[name] += levels[name];
  return sum;
}

/** Entries of the level error and above. */
export const errorsOf = (levels: Levels) => levels.error + levels.fatal + levels.panic;

/** How much of a plan is used, from 0 to 1; 0 where the plan allows nothing. */
export const shareOf = (used: number, allowed: number) => allowed > 0 ? used / allowed : 0;

interface Known { createdAt?: string; entries?: number; requests?: number; runs?: number; bytesUsed?: number; eventsUsed?: number }

// What was used is known of this month alone: whoever is older may only have been idle since its first day.
const youth = 31 * 86_400_000;

/** Whether nothing was ever sent, as far as can be seen: an organization is young, everything is known of it, and none of that is more than nothing. */
export const isNew = ({ createdAt, entries, requests, runs, bytesUsed, eventsUsed }: Known, now: number) =>
  createdAt !== undefined && now - Date.parse(createdAt) < youth && [entries, requests, runs, bytesUsed, eventsUsed].every(value => value === 0);
