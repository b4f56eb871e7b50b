// The range of time that all views look at: a length back from now, or from one time to another.

import { computed, signal } from '@preact/signals';
import { change, parameter, segments } from './address';
import { tick } from './clock';
import { zone } from './preferences';
import { day, hour, minute, parseLength, showMinute } from './times';

export const presets = ['15m', '1h', '6h', '24h', '7d', '30d'] as const;
// What is shown where nobody chose a range: costs are looked at by the month.
const usual: Record<string, string> = { costs: '30d', performance: '24h' };
const longest = 366 * day;

export interface Range {
  readonly start: Date;
  readonly end: Date;
  /** Whether it goes on until now. */
  readonly isLive: boolean;
  readonly label: string;
}

function exact(name: string) {
  const time = new Date(parameter(name));
  return Number.isNaN(time.getTime()) ? null : time;
}

/** The length that is chosen, or usual for the view. */
export const chosenLength = computed(() => parseLength(parameter('range')) ? parameter('range') : usual[segments.value[0] ?? ''] ?? '1h');

/** What the address says, as a text: it changes when another range is chosen, and not while time goes on. */
export const rangeKey = computed(() => `${chosenLength.value} ${parameter('from')} ${parameter('to')}`);

// Runs are few, and go on for long: nobody looks for them in the last hour alone.
const unbound = 'runs';

/** Whether the view can do without a range. */
export const mayBeAnyTime = computed(() => segments.value[0] === unbound);

/** Whether it does: nobody chose one. */
export const isAnyTime = computed(() => mayBeAnyTime.value && !exact('from') && !parseLength(parameter('range')));

// A view that was told to look again moves its end to now.
export const range = computed<Range>(() => {
  const from = exact('from');
  if (from) {
    const to = exact('to') ?? new Date(tick.value);
    return { start: from, end: to, isLive: !parameter('to'), label: `${showMinute(from, zone.value)} to ${parameter('to') ? showMinute(to, zone.value) : 'now'}` };
  }
  const length = Math.min(parseLength(chosenLength.value)!, longest);
  const end = new Date(tick.value);
  return { start: new Date(end.getTime() - length), end, isLive: true, label: isAnyTime.value ? 'any time' : `last ${chosenLength.value}` };
});

/** What reports are asked with. */
export const rangeQuery = computed(() => ({ start: range.value.start.toISOString(), end: range.value.end.toISOString() }));

/** Chooses a length back from now; an empty one is none. */
export const chooseLength = (length: string) => change({ range: length, from: null, to: null });

/** Chooses a range by its ends; null for an end that goes along with now. */
export const chooseRange = (start: Date, end: Date | null) => change({ range: null, from: start.toISOString(), to: end?.toISOString() ?? null });

const intervals = [['1m', minute], ['5m', 5 * minute], ['15m', 15 * minute], ['1h', hour], ['6h', 6 * hour], ['1d', day]] as const;

/** The length of time that makes some sixty bars of the range, of those that counts can be had by. */
export const interval = computed(() => {
  const length = range.value.end.getTime() - range.value.start.getTime();
  return (intervals.find(([, width]) => length / width <= 90) ?? intervals.at(-1)!)[0];
});

/** Whether a range is being dragged over a chart; what comes in meanwhile waits. */
export const isDragging = signal(false);
