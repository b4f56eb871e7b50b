// Entries as they come in: gathered for a frame, shown at once while the top is in sight, and counted while it is not.

import { useEffect, useRef, useState } from 'preact/hooks';
import { get, urlOf } from '../../api/client';
import { followStream, type LiveState } from '../../api/live';
import { minute, second } from '../../state/times';
import { join, timeOf, type Entry } from './entries';

/** How many entries are kept while they come in. */
export const most = 1000;
// Ids that are remembered, so that nothing is counted twice.
const mostSeen = 100_000;
const countEvery = 1000;
// Entries are found some time after they happened.
const lookBack = minute;
const keepCounts = 10 * minute;

/** Numbers of entries by the second that they are of, in milliseconds, and by level. */
export type Counts = ReadonlyMap<number, Readonly<Partial<Record<string, number>>>>;

export interface Live {
  readonly state: LiveState;
  readonly rows: readonly Entry[];
  /** How many came in, by second and level. */
  readonly counts: Counts;
  /** How many have come in and are not shown. */
  readonly waiting: number;
  readonly show: () => void;
}

/**
 * @param query The filters of the stream; null while nothing is followed.
 * @param isPaused Whether what comes in waits.
 */
export function useLive(query: Record<string, string> | null, isPaused: boolean): Live {
  const [state, setState] = useState<LiveState>('stopped');
  const [rows, setRows] = useState<readonly Entry[]>([]);
  const [waiting, setWaiting] = useState(0);
  const [counts, setCounts] = useState<Counts>(new Map());
  const counted = useRef(new Map<number, Record<string, number>>());
  const seen = useRef(new Set<string>());
  const counting = useRef(0);
  const held = useRef<Entry[]>([]);
  const frame = useRef(0);
  const paused = useRef(isPaused);
  paused.current = isPaused;
  const key = query && JSON.stringify(query);

  const show = () => {
    const fresh = held.current;
    held.current = [];
    setWaiting(0);
    if (fresh.length) setRows(before => join(fresh, before, most));
  };

  const count = (entries: readonly Entry[]) => {
    for (const entry of entries) {
      const at = Math.floor(timeOf(entry) / second) * second;
      let levels = counted.current.get(at);
      if (!levels) counted.current.set(at, levels = {});
      levels[entry.level] = (levels[entry.level] ?? 0) + 1;
    }
    // A chart that moves with each entry is only restless.
    counting.current ||= window.setTimeout(() => {
      counting.current = 0;
      for (const at of counted.current.keys()) if (at < Date.now() - keepCounts) counted.current.delete(at);
      setCounts(new Map(counted.current));
    }, countEvery);
  };

  const take = (entries: readonly Entry[]) => {
    const fresh = entries.filter(entry => !seen.current.has(entry.id));
    if (fresh.length === 0) return;
    if (seen.current.size > mostSeen) seen.current.clear();
    for (const entry of fresh) seen.current.add(entry.id);
    count(fresh);
    held.current = held.current.concat(fresh);
    if (held.current.length > most) held.current = held.current.sort((one, other) => timeOf(one) - timeOf(other)).slice(-most);
    frame.current ||= requestAnimationFrame(() => {
      frame.current = 0;
      if (paused.current) setWaiting(held.current.length);
      else show();
    });
  };

  useEffect(() => {
    setRows([]);
    held.current = [];
    seen.current.clear();
    counted.current.clear();
    setCounts(new Map());
    setWaiting(0);
    if (!query) return;
    // A stream gives what comes after it began; what came just before, or while the page was hidden, is asked for.
    const catchUp = async (since: number) => take((await get('/v1/logs', { query: { ...query, start: new Date(since - lookBack).toISOString(), limit: most } })).logs.reverse());
    const stop = followStream({
      url: urlOf('/v1/logs/tail', { query }),
      on: { log: data => take([JSON.parse(data) as Entry]) },
      poll: () => catchUp(Date.now()),
      catchUp,
      onState: setState,
    });
    return () => {
      stop();
      cancelAnimationFrame(frame.current);
      frame.current = 0;
      window.clearTimeout(counting.current);
      counting.current = 0;
    };
  }, [key]);

  useEffect(() => { if (!isPaused) show(); }, [isPaused]);
  return { state, rows, counts, waiting, show };
}
