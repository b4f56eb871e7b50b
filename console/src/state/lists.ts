// Lists that are asked again, or told of changes. Pure functions.

/** A first page that was asked again, with what was known after its last row; null when nothing connects the two. */
export function joinPages<T>(fresh: readonly T[], known: readonly T[], keyOf: (row: T) => string): readonly T[] | null {
  const last = fresh.at(-1);
  const at = last === undefined ? -1 : known.findIndex(row => keyOf(row) === keyOf(last));
  return at < 0 ? null : [...fresh, ...known.slice(at + 1)];
}

interface Run { readonly runId: string; readonly createdAt: string }

/**
 * A list of runs, newest first, with one as it is now: in its place, or where it belongs when it is new.
 * @param fits Whether it is one of the list still.
 */
export function withRun<T extends Run>(rows: readonly T[], run: T, fits: boolean): readonly T[] {
  const at = rows.findIndex(row => row.runId === run.runId);
  if (at >= 0) return fits ? rows.with(at, run) : rows.toSpliced(at, 1);
  if (!fits) return rows;
  const place = rows.findIndex(row => row.createdAt <= run.createdAt);
  return place < 0 && rows.length > 0 ? rows : rows.toSpliced(Math.max(0, place), 0, run);
}
