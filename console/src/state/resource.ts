// Something that a view shows and the API knows: asked when what it depends on changes, and again each minute while the page is seen.

import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiFailure } from '../api/client';
import { tick } from './clock';

export interface Resource<T> {
  /** What is known: still of the question before while the next is asked. */
  readonly data: T | undefined;
  readonly failure: ApiFailure | undefined;
  readonly isLoading: boolean;
  /** Whether what is shown answers the question of now. */
  readonly isCurrent: boolean;
  readonly reload: () => void;
  /** Changes what is shown without asking. */
  readonly set: (data: T) => void;
  /** Changes what is known, if anything is. */
  readonly change: (next: (data: T) => T) => void;
}

export interface ResourceOptions {
  /** Whether it is asked only when its key changes: for what does not change by itself. */
  once?: boolean;
}

/** Turns whatever was thrown into an answer that is an error. */
export const asFailure = (thrown: unknown) => thrown instanceof ApiFailure ? thrown : new ApiFailure(0, thrown instanceof Error ? thrown.message : String(thrown), null);

/**
 * @param key What the answer depends on; null while there is nothing to ask.
 * @param load Asks.
 */
export function useResource<T>(key: string | null, load: (signal: AbortSignal) => Promise<T>, { once = false }: ResourceOptions = {}): Resource<T> {
  const [state, setState] = useState<{ key: string | null; data?: T; failure?: ApiFailure; isLoading: boolean }>({ key: null, isLoading: key !== null });
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  const when = once ? 0 : tick.value;

  useEffect(() => {
    if (key === null) return;
    const controller = new AbortController();
    setState(before => ({ ...before, isLoading: true }));
    latest.current(controller.signal).then(
      data => { if (!controller.signal.aborted) setState({ key, data, isLoading: false }); },
      thrown => { if (!controller.signal.aborted) setState(before => ({ key, data: before.key === key ? before.data : undefined, failure: asFailure(thrown), isLoading: false })); });
    return () => controller.abort();
  }, [key, when, turn]);

  return {
    data: key === null ? undefined : state.data,
    failure: key === null || state.key !== key ? undefined : state.failure,
    isLoading: key !== null && (state.isLoading || state.key !== key),
    isCurrent: state.key === key && state.data !== undefined,
    reload: () => setTurn(before => before + 1),
    set: data => setState(before => ({ ...before, data })),
    change: next => setState(before => before.data === undefined ? before : { ...before, data: next(before.data) }),
  };
}
