// A long list of rows of one height, of which only those in sight are there. `j` and `k` go through it, `Enter` opens.

import type { ComponentChildren } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useKeys } from '../state/keyboard';

export interface Column<T> {
  readonly name: string;
  readonly title: ComponentChildren;
  /** A width of a CSS grid, such as `120px` or `minmax(0, 1fr)`. */
  readonly width: string;
  readonly cell: (row: T) => ComponentChildren;
  readonly align?: 'end';
  /** Whether it is left out where the page is narrow. */
  readonly isWide?: boolean;
}

/** Which rows a key marks: one, or no longer; one beside the others; all up to one. */
export type Marking = 'one' | 'too' | 'all';

interface RowsProps<T> {
  label: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  keyOf: (row: T) => string;
  /** The key of the row that is open. */
  selected?: string | null;
  /** Opens a row. Going on from one that is open replaces it in the history: going back leaves the list, and not row by row. */
  open: (row: T, how: { readonly replace: boolean }) => void;
  /** Called when the end comes near. */
  more?: () => void;
  /** Stands after the last row. */
  footer?: ComponentChildren;
  /** Marks a row, by its level or its state. */
  stateOf?: (row: T) => string;
  /** Told whether the first row is in sight. */
  onTop?: (isTop: boolean) => void;
  /** Marks a row. */
  mark?: (row: T, how: Marking) => void;
  rowHeight?: number;
}

const beyond = 12;

export function Rows<T>({ label, rows, columns, keyOf, selected = null, open, more, footer, stateOf, onTop, mark, rowHeight = 28 }: RowsProps<T>) {
  const host = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState({ top: 0, height: 600 });
  const [active, setActive] = useState<string | null>(selected);
  const firstKey = rows.length ? keyOf(rows[0]!) : null;
  const told = useRef(onTop);
  told.current = onTop;
  const id = useId();
  const known = useRef<{ first: string | null; count: number }>({ first: firstKey, count: rows.length });

  useEffect(() => {
    const element = host.current!;
    const measure = () => setSight({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    let frame = 0;
    const onScroll = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(measure);
      told.current?.(element.scrollTop < rowHeight);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', onScroll);
      cancelAnimationFrame(frame);
    };
  }, []);

  // Rows that come in above must not move those that somebody reads.
  useLayoutEffect(() => {
    const element = host.current!;
    const before = known.current;
    known.current = { first: firstKey, count: rows.length };
    if (!before.first || before.first === firstKey || element.scrollTop < rowHeight) return;
    const moved = rows.findIndex(row => keyOf(row) === before.first);
    if (moved <= 0) return;
    element.scrollTop += moved * rowHeight;
    // At once, so that no frame shows the place without its rows.
    setSight({ top: element.scrollTop, height: element.clientHeight });
  }, [firstKey]);

  const head = rowHeight;
  const from = Math.max(0, Math.floor(sight.top / rowHeight) - beyond);
  const until = Math.min(rows.length, Math.ceil((sight.top + sight.height) / rowHeight) + beyond);
  const widths = { '--wide': columns.map(column => column.width).join(' '), '--narrow': columns.filter(column => !column.isWide).map(column => column.width).join(' ') };

  useEffect(() => {
    if (more && rows.length > 0 && until >= rows.length - beyond) more();
  }, [until, rows.length]);

  // What was opened from elsewhere is where the keys go on from.
  useEffect(() => { if (selected !== null) setActive(selected); }, [selected]);

  const activeIndex = rows.findIndex(row => keyOf(row) === active);
  const move = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (!row) return;
    const at = Math.max(0, Math.min(rows.length - 1, index));
    const element = host.current!;
    const top = at * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + 2 * rowHeight + head > element.scrollTop + element.clientHeight) element.scrollTop = top + 2 * rowHeight + head - element.clientHeight;
    setActive(keyOf(row));
    if (selected !== null) open(row, { replace: true });
  };

  const markAt = (index: number, how: Marking) => { const row = rows[index]; if (row) mark?.(row, how); };
  const moveMarking = (index: number) => { markAt(activeIndex, 'too'); markAt(index, 'too'); move(index); };

  useKeys([
    { keys: 'j', does: 'Goes down the list', run: () => move(activeIndex + 1) },
    { keys: 'k', does: 'Goes up the list', run: () => move(activeIndex < 0 ? 0 : activeIndex - 1) },
    { keys: 'Enter', does: 'Opens the row', run: () => { const row = rows[activeIndex]; if (row) open(row, { replace: selected !== null }); } },
    ...(mark ? [
      { keys: 'x', does: 'Chooses the row, or no longer', run: () => markAt(activeIndex, 'one') },
      { keys: 'X', does: 'Chooses all up to the row', run: () => markAt(activeIndex, 'all') },
      { keys: 'J', does: 'Goes down, and chooses', run: () => moveMarking(activeIndex + 1) },
      { keys: 'K', does: 'Goes up, and chooses', run: () => moveMarking(activeIndex - 1) },
    ] : []),
  ]);

  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: activeIndex + 1, ArrowUp: activeIndex < 0 ? 0 : activeIndex - 1, Home: 0, End: rows.length - 1 };
    const index = steps[event.key];
    if (index !== undefined && event.target === host.current) {
      event.preventDefault();
      move(index);
    }
  };

  const cellsOf = (row: T) => columns.map(column => (
    <div key={column.name} role="gridcell" class={column.isWide ? 'cell wide' : 'cell'} data-align={column.align} data-column={column.name}>{column.cell(row)}</div>
  ));

  return (
    <div
      ref={host}
      class="rows"
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={activeIndex >= from && activeIndex < until ? `${id}-${activeIndex}` : undefined}
      style={{ ...widths, '--row': `${rowHeight}px` }}
      onKeyDown={onKeyDown}
    >
      <div class="row head" role="row" aria-rowindex={1}>
        {columns.map(column => <div key={column.name} role="columnheader" class={column.isWide ? 'cell wide' : 'cell'} data-align={column.align}>{column.title}</div>)}
      </div>
      <div class="all" role="presentation" style={{ height: `${rows.length * rowHeight}px` }}>
        {rows.slice(from, until).map((row, at) => {
          const key = keyOf(row);
          const index = from + at;
          return (
            <div
              key={key}
              id={`${id}-${index}`}
              class="row"
              role="row"
              aria-rowindex={index + 2}
              aria-selected={key === selected}
              data-active={key === active || undefined}
              data-state={stateOf?.(row)}
              style={{ top: `${index * rowHeight}px` }}
              onClick={() => { setActive(key); open(row, { replace: selected !== null }); }}
            >
              {cellsOf(row)}
            </div>
          );
        })}
      </div>
      {footer && <div class="row foot" role="row"><div role="gridcell">{footer}</div></div>}
    </div>
  );
}
