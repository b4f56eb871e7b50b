// A list that comes in pages: the next is asked when the end comes near, and the first again each minute while the page is seen.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiFailure } from '../api/client';
import { joinPages } from './lists';
import { asFailure, useResource } from './resource';

export interface Page<T> {
  readonly rows: readonly T[];
  readonly next: string | null | undefined;
  /** How many rows there are in all pages, where that is known. */
  readonly total?: number;
}

export interface Pages<T> {
  /** What is known: still of the question before while the next is asked. */
  readonly rows: readonly T[];
  readonly total: number | undefined;
  readonly failure: ApiFailure | undefined;
  /** Whether the first page of this question is still on its way. */
  readonly isLoading: boolean;
  readonly isWhole: boolean;
  readonly more: () => void;
  readonly reload: () => void;
  /** Changes what is shown without asking. */
  readonly set: (change: (rows: readonly T[]) => readonly T[]) => void;
}

interface List<T> { readonly rows: readonly T[]; readonly next: string | null | undefined; readonly isLonger: boolean }

/** A page as the answers of lists have it that carry their paging beside their data. */
export const pageOf = <T>({ data, pagination }: { data: readonly T[]; pagination: { nextCursor?: string | null; total?: number } }): Page<T> =>
  ({ rows: data, next: pagination.nextCursor, total: pagination.total });

/**
 * @param key What the list depends on; null while there is nothing to ask.
 * @param load Asks for a page; without a cursor for the first.
 * @param keyOf What a row is known by.
 */
export function usePages<T>(key: string | null, load: (cursor: string | null, signal: AbortSignal) => Promise<Page<T>>, keyOf: (row: T) => string): Pages<T> {
  const first = useResource(key, signal => load(null, signal));
  const [known, setKnown] = useState<List<T> & { key: string | null }>({ key: null, rows: [], next: null, isLonger: false });
  const [failure, setFailure] = useState<ApiFailure>();
  const asking = useRef<AbortController | null>(null);

  useEffect(() => () => {
    asking.current?.abort();
    asking.current = null;
    setFailure(undefined);
  }, [key]);

  useEffect(() => {
    const page = first.data;
    if (!page || !first.isCurrent) return;
    setKnown(before => {
      const rows = before.key === key && before.isLonger ? joinPages(page.rows, before.rows, keyOf) : null;
      return rows ? { ...before, rows } : { key, rows: page.rows, next: page.next, isLonger: false };
    });
  }, [first.data, first.isCurrent, key]);

  const list: List<T> | null = known.key === key ? known : null;
  const more = () => {
    if (!list?.next || asking.current) return;
    const controller = new AbortController();
    asking.current = controller;
    load(list.next, controller.signal).then(
      page => {
        if (controller.signal.aborted) return;
        asking.current = null;
        setFailure(undefined);
        setKnown(before => {
          const keys = new Set(before.rows.map(keyOf));
          return { key, rows: [...before.rows, ...page.rows.filter(row => !keys.has(keyOf(row)))], next: page.next, isLonger: true };
        });
      },
      thrown => {
        if (controller.signal.aborted) return;
        asking.current = null;
        setFailure(asFailure(thrown));
      });
  };

  return {
    rows: list?.rows ?? (first.failure ? [] : known.rows),
    total: first.data?.total,
    failure: first.failure ?? failure,
    isLoading: key !== null && !list && !first.failure,
    isWhole: list !== null && !list.next,
    more,
    reload: first.reload,
    set: change => setKnown(before => ({ ...before, rows: change(before.rows) })),
  };
}
