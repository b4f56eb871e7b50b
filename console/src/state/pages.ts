// A list that comes in pages: the next is asked when the end comes near, and the first again each minute while the page is seen.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ApiFailure } from '../api/client';
import { asFailure, useResource } from './resource';

export interface Page<T> { readonly rows: readonly T[]; readonly next: string | null | undefined }

export interface Pages<T> {
  readonly rows: readonly T[];
  readonly failure: ApiFailure | undefined;
  /** Whether the first page of this question is still on its way. */
  readonly isLoading: boolean;
  readonly isWhole: boolean;
  readonly more: () => void;
  readonly reload: () => void;
}

/**
 * @param key What the list depends on; null while there is nothing to ask.
 * @param load Asks for a page; without a cursor for the first.
 * @param keyOf What a row is known by: one that comes again replaces itself.
 */
export function usePages<T>(key: string | null, load: (cursor: string | null, signal: AbortSignal) => Promise<Page<T>>, keyOf: (row: T) => string): Pages<T> {
  const first = useResource(key, signal => load(null, signal));
  const [later, setLater] = useState<{ key: string | null; rows: readonly T[]; next: string | null | undefined; failure?: ApiFailure }>({ key: null, rows: [], next: undefined });
  const asking = useRef<AbortController | null>(null);

  useEffect(() => () => {
    asking.current?.abort();
    asking.current = null;
  }, [key]);

  const mine = later.key === key ? later : null;
  const next = mine ? mine.next : first.data?.next;
  const more = () => {
    if (!next || asking.current || !first.isCurrent) return;
    const controller = new AbortController();
    asking.current = controller;
    load(next, controller.signal).then(
      page => {
        if (controller.signal.aborted) return;
        asking.current = null;
        setLater({ key, rows: [...(mine?.rows ?? first.data!.rows), ...page.rows], next: page.next });
      },
      thrown => {
        if (controller.signal.aborted) return;
        asking.current = null;
        setLater({ key, rows: mine?.rows ?? first.data!.rows, next: null, failure: asFailure(thrown) });
      });
  };

  const rows = useMemo(() => {
    if (!first.data) return [];
    if (!mine) return first.data.rows;
    const fresh = new Set(first.data.rows.map(keyOf));
    return [...first.data.rows, ...mine.rows.filter(row => !fresh.has(keyOf(row)))];
  }, [first.data, mine?.rows]);

  return { rows, failure: first.failure ?? mine?.failure, isLoading: first.isLoading && !first.isCurrent, isWhole: first.isCurrent && !next, more, reload: first.reload };
}
