// When each step of a run waited and worked, as parts of the whole. Pure functions.

import type { Answer } from '../../api/client';

export type Step = Answer<'/v1/runs/{runId}/steps'>['data'][number];

/** A stretch of time, in percent of the whole: a try by what came of it, or a wait for one. */
export interface Bar { readonly state: string; readonly left: number; readonly width: number }

/** Where a step that another waited for stands, how many rows away, and when it was done. */
export interface Link { readonly rows: number; readonly from: number; readonly until: number }

export interface Line {
  readonly step: Step;
  readonly bars: readonly Bar[];
  readonly links: readonly Link[];
  /** How long it was ready and did not work, in milliseconds; null when that is not known. */
  readonly waited: number | null;
  /** How long its tries took together. */
  readonly worked: number | null;
}

export interface Gantt {
  readonly lines: readonly Line[];
  readonly length: number;
  /** Whether anything is known of when steps began and ended. Of runs of earlier versions nothing is. */
  readonly isTimed: boolean;
}

/** What a step does: a delay does nothing but wait. */
const wait = 'wait';

interface Run { readonly createdAt: string; readonly startedAt?: string | null; readonly completedAt?: string | null }

/** Lays the steps of a run out as it is at a time, in milliseconds. */
export function layOut(steps: readonly Step[], run: Run, now: number): Gantt {
  const start = Date.parse(run.startedAt ?? run.createdAt);
  // The clocks of those who carry a run out may differ: no step ends after the whole.
  const known = steps.flatMap(step => [step.readyAt, step.completedAt, ...step.tries.flatMap(one => [one.startedAt, one.completedAt])]).filter(time => time != null).map(Date.parse);
  const end = Math.max(start + 1, run.completedAt ? Date.parse(run.completedAt) : now, ...known);
  const length = end - start;
  const placeOf = (time: number) => Math.max(0, Math.min(100, (time - start) / length * 100));
  const timeOf = (time: string | null | undefined) => time ? Date.parse(time) : end;

  const lines = steps.map((step, row): Line => {
    const parts: { state: string; from: number; until: number }[] = [];
    let since = step.readyAt ? Date.parse(step.readyAt) : null;
    for (const one of step.tries) {
      const from = Date.parse(one.startedAt);
      const until = timeOf(one.completedAt);
      if (since !== null && from > since) parts.push({ state: wait, from: since, until: from });
      parts.push({ state: step.kind === 'delay' ? wait : one.status, from, until });
      since = until;
    }
    // What is done waits for nothing any more, and neither does what never came to be ready.
    if (since !== null && since < end && !step.completedAt && (step.status === 'pending' || step.status === 'waiting' || step.status === 'cancelled')) parts.push({ state: wait, from: since, until: end });
    const sumOf = (isWait: boolean) => parts.filter(part => (part.state === wait) === isWait).reduce((sum, part) => sum + part.until - part.from, 0);
    const isTimed = parts.length > 0;
    return {
      step,
      bars: parts.map(part => ({ state: part.state, left: placeOf(part.from), width: placeOf(part.until) - placeOf(part.from) })),
      links: isTimed ? step.dependsOn.flatMap(id => {
        const at = steps.findIndex(other => other.id === id);
        const done = steps[at]?.completedAt;
        return done ? [{ rows: at - row, from: placeOf(Date.parse(done)), until: placeOf(parts[0]!.from) }] : [];
      }) : [],
      waited: isTimed ? sumOf(true) : null,
      worked: isTimed ? sumOf(false) : null,
    };
  });
  return { lines, length, isTimed: lines.some(line => line.bars.length > 0) || !steps.some(step => step.status === 'completed' && !step.isTakenOver) };
}

/** The steps with one as it is now. */
export const withStep = (steps: readonly Step[], step: Step) => steps.map(other => other.id === step.id ? step : other);
