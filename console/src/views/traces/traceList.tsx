import { get, urlOf, type Answer } from '../../api/client';
import { Export } from '../../parts/export';
import { Failure } from '../../parts/failure';
import { HowToSend } from '../../parts/howToSend';
import { Cost, Empty, showNumber, Skeleton, State, Time } from '../../parts/pieces';
import { Rows, type Column } from '../../parts/rows';
import { change, parameter } from '../../state/address';
import { usePages } from '../../state/pages';
import { rangeKey, rangeQuery } from '../../state/range';
import { project } from '../../state/session';
import { showLength } from '../../state/times';

type TracePage = Exclude<Answer<'/v1/traces'>, readonly unknown[]>;
type TraceRow = TracePage['traces'][number];

const statuses = ['success', 'error', 'timeout', 'rate_limited', 'cancelled'];

/** The filters, by their names in the address and in the API. */
const filters = [['model', 'Model'], ['environment', 'Environment'], ['userId', 'User'], ['sessionId', 'Session']] as const;

const columns: readonly Column<TraceRow>[] = [
  { name: 'time', title: 'Time', width: '150px', cell: row => <Time at={row.started_at} milliseconds /> },
  { name: 'status', title: 'Status', width: '96px', cell: row => <State name={row.status} /> },
  { name: 'root', title: 'Begins with', width: 'minmax(90px, 1fr)', cell: row => <>{row.root.operation} <span class="quiet">{row.trace_id}</span></> },
  { name: 'models', title: 'Models', width: 'minmax(90px, 1fr)', isWide: true, cell: row => row.models.join(', ') },
  { name: 'spans', title: 'Spans', width: '56px', align: 'end', isWide: true, cell: row => row.spans },
  { name: 'took', title: 'Took', width: '76px', align: 'end', cell: row => showLength(row.duration_ms) },
  { name: 'tokens', title: 'Tokens', width: '76px', align: 'end', isWide: true, cell: row => showNumber(row.input_tokens + row.output_tokens) },
  { name: 'cost', title: 'Cost', width: '100px', align: 'end', isWide: true, cell: row => row.cost_usd == null ? <span class="quiet">{row.unpriced_requests > 0 ? 'unknown price' : '–'}</span> : <Cost value={row.cost_usd} unpriced={row.unpriced_requests} /> },
];

export function TraceList() {
  const projectId = project.value?.id;
  const asked = { status: parameter('status'), ...Object.fromEntries(filters.map(([name]) => [name, parameter(name)])) };
  const isFiltered = Object.values(asked).some(Boolean);
  const pages = usePages<TraceRow>(
    projectId ? JSON.stringify([projectId, rangeKey.value, asked]) : null,
    async (cursor, signal) => {
      const page = await get('/v1/traces', { query: { projectId, ...rangeQuery.value, ...asked, limit: 50, cursor }, signal }) as TracePage;
      return { rows: page.traces, next: page.nextCursor };
    },
    row => row.trace_id);

  return (
    <>
      <form class="toolbar" onSubmit={event => event.preventDefault()}>
        <label>Status
          <select value={asked.status} onChange={event => change({ status: event.currentTarget.value })}>
            <option value="">any</option>
            {statuses.map(status => <option key={status} value={status}>{status.replaceAll('_', ' ')}</option>)}
          </select>
        </label>
        {filters.map(([name, title]) => (
          <label key={name}>{title}<input name={name} value={parameter(name)} placeholder="any" spellcheck={false} onChange={event => change({ [name]: event.currentTarget.value.trim() })} /></label>
        ))}
        <span class="grow" />
        {isFiltered && <button type="button" onClick={() => change({ status: null, model: null, environment: null, userId: null, sessionId: null })}>Show all</button>}
        <Export url={() => urlOf('/v1/traces', { query: { projectId, ...rangeQuery.value, ...asked } })} of="traces" disabled={pages.rows.length === 0} />
      </form>
      {pages.failure && pages.rows.length === 0 ? <Failure failure={pages.failure} retry={pages.reload} />
        : pages.isLoading ? <Skeleton rows={10} />
          : pages.rows.length === 0 ? <NoTraces isFiltered={isFiltered} />
            : (
              <Rows
                label="Traces"
                rows={pages.rows}
                columns={columns}
                keyOf={row => row.trace_id}
                open={(row, how) => change({ trace: row.trace_id, span: null }, how)}
                more={pages.more}
                footer={pages.failure ? <span class="bad">{pages.failure.message}</span> : pages.isWhole ? 'These are all in the range.' : 'More is coming…'}
              />
            )}
    </>
  );
}

const NoTraces = ({ isFiltered }: { isFiltered: boolean }) => isFiltered
  ? <Empty title="No trace is like that in the range"><p>Choose a longer range, or fewer filters.</p></Empty>
  : <Empty title="No traces in the range"><p>Send one, and it is here within a minute, or at once with <kbd>r</kbd>:</p><HowToSend of="traces" /></Empty>;
