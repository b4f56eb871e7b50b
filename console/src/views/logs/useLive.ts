// Entries as they come in: gathered for a frame, shown at once while the top is in sight, and counted while it is not.

import { useEffect, useRef, useState } from 'preact/hooks';
import { get, urlOf } from '../../api/client';
import { followStream, type LiveState } from '../../api/live';
import { join, type Entry } from './entries';

const most = 1000;
const lookBack = 60_000;

export interface Live {
  readonly state: LiveState;
  readonly rows: readonly Entry[];
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

  const take = (entries: readonly Entry[]) => {
    held.current.push(...entries);
    if (held.current.length > most) held.current = held.current.slice(-most);
    if (frame.current) return;
    frame.current = requestAnimationFrame(() => {
      frame.current = 0;
      if (paused.current) setWaiting(held.current.length);
      else show();
    });
  };

  useEffect(() => {
    setRows([]);
    held.current = [];
    setWaiting(0);
    if (!query) return;
    // A stream gives what comes after it began; what came just before, or while the page was hidden, is asked for.
    const catchUp = async () => take((await get('/v1/logs', { query: { ...query, start: new Date(Date.now() - lookBack).toISOString(), limit: 200 } })).logs);
    const stop = followStream({
      url: urlOf('/v1/logs/tail', { query }),
      on: { log: data => take([JSON.parse(data) as Entry]) },
      poll: catchUp,
      onState: next => {
        setState(next);
        if (next === 'streaming') catchUp().catch(() => { /* The stream goes on. */ });
      },
    });
    return () => {
      stop();
      cancelAnimationFrame(frame.current);
      frame.current = 0;
    };
  }, [key]);

  useEffect(() => { if (!isPaused) show(); }, [isPaused]);
  return { state, rows, waiting, show };
}
