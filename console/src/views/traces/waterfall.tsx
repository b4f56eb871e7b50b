// One trace: its spans below one another, each at its time. `j` and `k` go through them, `h` and `l` close and open what is below one.

import { useMemo, useState } from 'preact/hooks';
import { get } from '../../api/client';
import { Copy } from '../../parts/copy';
import { Failure } from '../../parts/failure';
import { Empty, showCost, showNumber, Skeleton, State, Time } from '../../parts/pieces';
import { change, parameter, to } from '../../state/address';
import { useKeys } from '../../state/keyboard';
import { useResource } from '../../state/resource';
import { project } from '../../state/session';
import { showLength } from '../../state/times';
import { termOf } from '../logs/terms';
import { SpanDetails } from './spanDetails';
import { isFailed, isStep, layOut, titleOf, type Span, type SpanRow } from './tree';

export function Trace({ id }: { id: string }) {
  const projectId = project.value?.id;
  const trace = useResource(projectId ? `${projectId} ${id}` : null, signal => get('/v1/traces', { query: { projectId, traceId: id }, signal }) as Promise<Span[]>);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const tree = useMemo(() => trace.data && layOut(trace.data, closed), [trace.data, closed]);
  const chosen = parameter('span');
  const at = tree?.rows.findIndex(row => row.span.span_id === chosen) ?? -1;
  const row = tree?.rows[at];

  const choose = (index: number) => {
    const next = tree?.rows[Math.max(0, Math.min(tree.rows.length - 1, index))];
    if (!next) return;
    change({ span: next.span.span_id }, { replace: true });
    document.getElementById(`span-${next.span.event_id}`)?.scrollIntoView({ block: 'nearest' });
  };
  const fold = (span: string, isClosed: boolean) => {
    const next = new Set(closed);
    if (isClosed) next.add(span);
    else next.delete(span);
    setClosed(next);
  };
  const back = () => change({ trace: null, span: null });

  useKeys([
    { keys: 'Escape', does: 'Back to the list', run: back },
    { keys: 'j', does: 'To the next span', run: () => choose(at + 1) },
    { keys: 'k', does: 'To the span before', run: () => choose(at < 0 ? 0 : at - 1) },
    { keys: 'h', does: 'Closes what is below a span', run: () => row && fold(row.span.span_id, true) },
    { keys: 'l', does: 'Opens what is below a span', run: () => row && fold(row.span.span_id, false) },
  ]);

  return (
    <>
      <header class="toolbar trace-head">
        <button type="button" onClick={back}>Back</button>
        <h1>Trace <code>{id}</code></h1>
        <Copy text={id} label="Copy the id" />
        {tree && (
          <span class="quiet">
            <Time at={tree.start} milliseconds /> · {showLength(tree.length)} · {tree.spans} {tree.spans === 1 ? 'span' : 'spans'}
            {tree.errors > 0 && <span class="bad"> · {tree.errors} failed</span>} · {showNumber(tree.tokens)} tokens · {tree.cost === null ? (tree.unpriced > 0 ? 'unknown price' : 'no cost') : showCost(tree.cost)}
            {tree.cost !== null && tree.unpriced > 0 && ` and ${tree.unpriced} with unknown price`}
          </span>
        )}
        <a href={to('/logs', { query: termOf('trace_id', id) })}>Logs of it</a>
      </header>
      {trace.failure && (trace.failure.status === 404 ? <Empty title="There is no such trace"><p>It may be older than what is kept, or of another project.</p></Empty> : <Failure failure={trace.failure} retry={trace.reload} />)}
      {!trace.failure && !tree && <Skeleton rows={8} />}
      {tree && (
        <div class={row ? 'beside open' : 'beside'}>
          <div class="waterfall" role="list" aria-label="Spans" tabIndex={0}>
            {tree.rows.map(one => <Line key={one.span.event_id} row={one} length={tree.length} isChosen={one.span.span_id === chosen} isClosed={closed.has(one.span.span_id)} choose={() => change({ span: one.span.span_id })} fold={fold} />)}
          </div>
          {row && <SpanDetails key={row.span.event_id} row={row} close={() => change({ span: null })} />}
        </div>
      )}
    </>
  );
}

interface LineProps { row: SpanRow; length: number; isChosen: boolean; isClosed: boolean; choose: () => void; fold: (span: string, isClosed: boolean) => void }

function Line({ row, length, isChosen, isClosed, choose, fold }: LineProps) {
  const { span, depth, begin, below } = row;
  const left = (begin / length) * 100;
  const { title, detail } = titleOf(span);
  return (
    <div class="span" role="listitem" id={`span-${span.event_id}`} data-chosen={isChosen || undefined} data-state={isFailed(span.status) ? 'error' : 'success'}>
      <div class="name" style={{ paddingLeft: `${Math.min(depth, 12) * 14}px` }}>
        {below > 0
          ? <button type="button" class="icon fold" aria-label={isClosed ? `Open ${below} spans` : `Close ${below} spans`} aria-expanded={!isClosed} onClick={() => fold(span.span_id, !isClosed)}>{isClosed ? '▸' : '▾'}</button>
          : <span class="fold" />}
        <button type="button" class="plain" aria-pressed={isChosen} onClick={choose}>
          <b>{title}</b> <span class="quiet">{detail}</span> {isFailed(span.status) && <State name={span.status} />}
        </button>
      </div>
      <div class="track" aria-hidden="true" onClick={choose}>
        <i data-operation={isStep(span) ? 'step' : span.operation} style={{ left: `${left}%`, width: `max(2px, ${(row.length / length) * 100}%)` }} />
      </div>
      <span class="length">{showLength(row.length)}</span>
    </div>
  );
}
