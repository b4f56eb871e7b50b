// What comes in by itself: a stream where it gets through, else questions every few seconds.

import { note } from './client';

export type LiveState = 'connecting' | 'streaming' | 'polling' | 'stopped';

export interface LiveOptions {
  url: string;
  /** Handles an event by its name. */
  on: Record<string, (data: string, id: string) => void>;
  /** Asks instead, while no stream comes through. */
  poll: () => Promise<void>;
  onState: (state: LiveState) => void;
}

const patience = 10_000;
const pollEvery = 2_000;

/** Follows a stream until the function that it gives is called. A page that is hidden follows nothing. */
export function followStream({ url, on, poll, onState }: LiveOptions) {
  let source: EventSource | null = null;
  let timer = 0;
  let isOver = false;
  let isPolling = false;

  const stopSource = () => {
    source?.close();
    source = null;
    window.clearTimeout(timer);
  };

  const ask = async () => {
    if (isOver || document.hidden) return;
    try {
      await poll();
    } catch {
      // The next question may be answered.
    }
    if (!isOver && isPolling) timer = window.setTimeout(ask, pollEvery);
  };

  const startPolling = () => {
    stopSource();
    isPolling = true;
    onState('polling');
    void ask();
  };

  const start = () => {
    if (isOver || document.hidden || source || isPolling) return;
    onState('connecting');
    note({ method: 'GET', url });
    source = new EventSource(url);
    timer = window.setTimeout(startPolling, patience);
    source.onopen = () => {
      window.clearTimeout(timer);
      onState('streaming');
    };
    source.onerror = () => {
      // The browser connects again by itself, unless the answer was an error.
      if (source?.readyState === EventSource.CLOSED) startPolling();
      else {
        onState('connecting');
        window.clearTimeout(timer);
        timer = window.setTimeout(startPolling, patience);
      }
    };
    for (const [name, handle] of Object.entries(on)) source.addEventListener(name, event => handle(event.data as string, event.lastEventId));
  };

  const onVisibility = () => {
    if (document.hidden) {
      stopSource();
      isPolling = false;
    } else start();
  };

  document.addEventListener('visibilitychange', onVisibility);
  start();
  return () => {
    isOver = true;
    document.removeEventListener('visibilitychange', onVisibility);
    stopSource();
    onState('stopped');
  };
}
