// Entries as the API gives them, and what of one can be shown in a row or asked for.

import type { Answer } from '../../api/client';

export type Entry = Answer<'/v1/logs'>['logs'][number];

export type Level = Entry['level'];

export const levels = ['debug', 'info', 'warn', 'error', 'fatal', 'panic'] as const;

/** A field of an entry by its name in questions; undefined when it has none. */
export function fieldOf(entry: Entry, name: string): unknown {
  const parts = name.split('.');
  let value: unknown = entry;
  while (parts.length && value && typeof value === 'object') {
    // A name may have dots of its own.
    const whole = parts.join('.');
    if (Object.hasOwn(value, whole)) return (value as Record<string, unknown>)[whole];
    value = (value as Record<string, unknown>)[parts.shift()!];
  }
  return parts.length ? undefined : value;
}

export const textOf = (value: unknown) => typeof value === 'string' ? value : value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** The leaves of an entry with their names, in the order in which they are shown. */
export function leavesOf(entry: Entry): (readonly [name: string, value: string])[] {
  const leaves: (readonly [string, string])[] = [];
  const walk = (name: string, value: unknown) => {
    if (value && typeof value === 'object' && !Array.isArray(value)) for (const [key, inner] of Object.entries(value)) walk(`${name}.${key}`, inner);
    else if (value !== null && value !== undefined) leaves.push([name, textOf(value)]);
  };
  for (const name of ['level', 'environment', 'project_id', 'trace_id', 'span_id', 'parent_span_id'] as const) walk(name, entry[name]);
  walk('metadata', entry.metadata);
  return leaves;
}

const times = new WeakMap<Entry, number>();

/** When an entry happened, in milliseconds. */
export function timeOf(entry: Entry) {
  let time = times.get(entry);
  if (time === undefined) times.set(entry, time = Date.parse(entry.timestamp));
  return time;
}

/**
 * Rows of both lists, each once, newest first, no more than `most`.
 * @param fresh In the order in which they came: of the same time, the last stands first.
 * @param known Newest first, as this gives them.
 */
export function join(fresh: readonly Entry[], known: readonly Entry[], most: number): readonly Entry[] {
  const ids = new Set(known.map(entry => entry.id));
  const added = fresh.filter(entry => !ids.has(entry.id) && ids.add(entry.id)).reverse().sort((one, other) => timeOf(other) - timeOf(one));
  if (added.length === 0) return known.length > most ? known.slice(0, most) : known;
  const joined: Entry[] = [];
  for (let left = 0, right = 0; joined.length < most && (left < added.length || right < known.length);) {
    const isAdded = right >= known.length || (left < added.length && timeOf(added[left]!) >= timeOf(known[right]!));
    joined.push(isAdded ? added[left++]! : known[right++]!);
  }
  return joined;
}
