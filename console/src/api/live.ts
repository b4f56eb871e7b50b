// What comes in by itself: a stream where it gets through, else questions every few seconds.

import { note } from './client';

export type LiveState = 'connecting' | 'streaming' | 'polling' | 'stopped';

export interface LiveOptions {
  url: string;
  /** Handles an event by its name. */
  on: Record<string, (data: string, id: string) => void>;
  /** Asks instead, while no stream comes through. */
  poll: () => Promise<void>;
  /** Asks for what came while there was no stream: each time one begins, with the last time, in milliseconds, at which nothing can have been missed. */
  catchUp?: (since: number) => Promise<void>;
  onState: (state: LiveState) => void;
}

const patience = 10_000;
const pollEvery = 2_000;
// After a minute of questions a stream is tried again: what was in its way may have gone.
const pollsBeforeStream = 30;

/** Follows a stream until the function that it gives is called. A page that is hidden follows nothing. */
export function followStream({ url, on, poll, catchUp, onState }: LiveOptions) {
  let source: EventSource | null = null;
  let timer = 0;
  let isOver = false;
  // What waits for an answer goes on only when it is still meant to: a turn ends with each change of the way.
  let turn = 0;
  let isPolling = false;
  let since = Date.now();

  const stop = () => {
    if (source?.readyState === EventSource.OPEN) since = Date.now();
    source?.close();
    source = null;
    isPolling = false;
    turn += 1;
    window.clearTimeout(timer);
  };

  const ask = async (mine: number, left: number) => {
    const began = Date.now();
    try {
      await poll();
      since = began;
    } catch {
      // The next question may be answered.
    }
    if (mine !== turn) return;
    if (left > 1) timer = window.setTimeout(ask, pollEvery, mine, left - 1);
    else {
      stop();
      start();
    }
  };

  const startPolling = () => {
    stop();
    isPolling = true;
    onState('polling');
    void ask(turn, pollsBeforeStream);
  };

  const start = () => {
    if (isOver || document.hidden || source || isPolling) return;
    onState('connecting');
    note({ method: 'GET', url });
    const mine = source = new EventSource(url);
    timer = window.setTimeout(startPolling, patience);
    mine.onopen = () => {
      window.clearTimeout(timer);
      onState('streaming');
      const began = Date.now();
      catchUp?.(since).then(() => { since = began; }, () => { /* The stream goes on. */ });
    };
    mine.onerror = event => {
      // An event that was sent by this name says nothing of the connection.
      if (event instanceof MessageEvent || mine !== source) return;
      // The browser connects again by itself, unless the answer was an error.
      if (mine.readyState === EventSource.CLOSED) startPolling();
      else {
        onState('connecting');
        window.clearTimeout(timer);
        timer = window.setTimeout(startPolling, patience);
      }
    };
    for (const [name, handle] of Object.entries(on)) {
      mine.addEventListener(name, event => { if (event instanceof MessageEvent) handle(event.data as string, event.lastEventId); });
    }
  };

  const onVisibility = () => {
    if (document.hidden) stop();
    else start();
  };

  document.addEventListener('visibilitychange', onVisibility);
  start();
  return () => {
    isOver = true;
    document.removeEventListener('visibilitychange', onVisibility);
    stop();
    onState('stopped');
  };
}
