import { useEffect, useRef, useState } from 'preact/hooks';
import { get, post, remove, urlOf, type Answer } from '../../api/client';
import { followStream, type LiveState } from '../../api/live';
import { Confirm } from '../../parts/dialog';
import { Export } from '../../parts/export';
import { Failure } from '../../parts/failure';
import { HowToSend } from '../../parts/howToSend';
import { Empty, showNumber, Skeleton, State, Time } from '../../parts/pieces';
import { Rows, type Column } from '../../parts/rows';
import { say, sayFailure } from '../../parts/toast';
import { change, open, parameter, pathOf, to } from '../../state/address';
import { useKeys } from '../../state/keyboard';
import { withRun } from '../../state/lists';
import { pageOf, usePages } from '../../state/pages';
import { useResource } from '../../state/resource';
import { mayDefine } from '../../state/session';
import { showLength } from '../../state/times';

type Run = Answer<'/v1/runs'>['data'][number];

export const states = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
export const isOver = (status: string) => status === 'completed' || status === 'failed' || status === 'cancelled';

/** How long a run took, or takes until now; an empty text before it began. */
export const lengthOf = (run: { startedAt?: string | null; completedAt?: string | null }) =>
  run.startedAt ? showLength((run.completedAt ? Date.parse(run.completedAt) : Date.now()) - Date.parse(run.startedAt)) : '';

/** Who asked for a run, in words. */
const askers: Record<string, string> = { api_app: 'request', trigger: 'trigger' };

const atOnce = 4;

export function RunList() {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isDeleting, setDeleting] = useState(false);
  const status = parameter('status');
  const appId = parameter('app');
  const key = JSON.stringify([status, appId]);
  const pages = usePages<Run>(
    key,
    async (cursor, signal) => pageOf(await get('/v1/runs', { query: { status, appId, limit: 100, cursor }, signal })),
    run => run.runId);
  const apps = useResource(`apps ${key}`, signal => get('/v1/apps', { query: { limit: 100 }, signal }), { once: true });

  // A run comes whatever its state, so that one that no longer fits leaves the list.
  const [live, setLive] = useState<LiveState>('connecting');
  useEffect(() => followStream({
    url: urlOf('/v1/runs/live', { query: { appId } }),
    on: {
      ready: pages.reload,
      run: data => {
        const run = JSON.parse(data) as Run;
        pages.set(rows => withRun(rows, run, !status || run.status === status));
      },
    },
    poll: async () => pages.reload(),
    onState: setLive,
  }), [key]);

  const last = useRef<string | null>(null);
  const choose = (id: string, isRange = false) => {
    const next = new Set(chosen);
    const from = isRange ? pages.rows.findIndex(run => run.runId === last.current) : -1;
    const at = pages.rows.findIndex(run => run.runId === id);
    if (from >= 0) for (const run of pages.rows.slice(Math.min(from, at), Math.max(from, at) + 1)) next.add(run.runId);
    else if (!next.delete(id)) next.add(id);
    last.current = id;
    setChosen(next);
  };
  const each = async (runs: readonly Run[], act: (id: string) => Promise<unknown>, done: string) => {
    const waiting = [...runs];
    let count = 0;
    const work = async () => {
      for (let run = waiting.shift(); run; run = waiting.shift()) {
        await act(run.runId);
        count += 1;
      }
    };
    try {
      await Promise.all(Array.from({ length: atOnce }, work));
    } catch (thrown) {
      waiting.length = 0;
      sayFailure(thrown);
    }
    say(`${count} ${count === 1 ? 'run' : 'runs'} ${done}`);
    setChosen(new Set());
    pages.reload();
  };
  const picked = pages.rows.filter(run => chosen.has(run.runId));
  const toCancel = picked.filter(run => !isOver(run.status));
  const toDelete = picked.filter(run => isOver(run.status));
  useKeys([{ keys: 'Escape', does: 'Chooses none', run: () => setChosen(new Set()) }]);

  const columns: readonly Column<Run>[] = [
    { name: 'choose', title: <span class="off-screen">Chosen</span>, width: '20px', cell: run => <input type="checkbox" aria-label={`Choose the run ${run.runId}`} checked={chosen.has(run.runId)} onClick={event => { event.stopPropagation(); choose(run.runId, event.shiftKey); }} /> },
    { name: 'state', title: 'State', width: '96px', cell: run => <State name={run.status} /> },
    { name: 'app', title: 'App', width: 'minmax(80px, 1fr)', cell: run => apps.data?.data.find(app => app.appId === run.workflowId)?.name ?? run.workflowId },
    { name: 'created', title: 'Submitted', width: '140px', cell: run => <Time at={run.createdAt} /> },
    { name: 'took', title: 'Took', width: '76px', align: 'end', cell: lengthOf },
    { name: 'source', title: 'By', width: '80px', isWide: true, cell: run => askers[run.source] ?? run.source },
    { name: 'error', title: 'Error', width: 'minmax(80px, 2fr)', isWide: true, cell: run => run.errorMessage && <span class="bad">{run.errorMessage}</span> },
    { name: 'id', title: 'Run', width: 'minmax(80px, 1fr)', isWide: true, cell: run => <code>{run.runId}</code> },
  ];

  return (
    <>
      <h1 class="off-screen">Runs</h1>
      <div class="toolbar">
        <div class="states" role="group" aria-label="State">
          <button type="button" aria-pressed={!status} onClick={() => change({ status: null })}>all</button>
          {states.map(name => (
            <button type="button" key={name} aria-pressed={status === name} onClick={() => change({ status: name })}>{name}</button>
          ))}
        </div>
        <select aria-label="App" value={appId} onChange={event => change({ app: event.currentTarget.value })}>
          <option value="">All apps</option>
          {apps.data?.data.map(app => <option key={app.appId} value={app.appId}>{app.name}</option>)}
        </select>
        <span class="grow quiet" role="status">{pages.total === undefined ? '' : `${showNumber(pages.total)} ${pages.total === 1 ? 'run' : 'runs'}`}{live === 'polling' && ' · no stream comes through: asked every 2 s'}</span>
        <Export url={() => urlOf('/v1/runs', { query: { status, appId } })} of="runs" disabled={pages.rows.length === 0} />
        {toCancel.length > 0 && <button type="button" onClick={() => void each(toCancel, id => post('/v1/runs/{runId}/cancel', undefined, { path: { runId: id } }), 'cancelled')}>Cancel {toCancel.length}</button>}
        {mayDefine.value && toDelete.length > 0 && <button type="button" class="danger" onClick={() => setDeleting(true)}>Delete {toDelete.length}</button>}
      </div>
      {pages.failure && pages.rows.length === 0 ? <Failure failure={pages.failure} retry={pages.reload} />
        : pages.isLoading && pages.rows.length === 0 ? <Skeleton rows={10} />
          : pages.rows.length === 0 ? <NoRuns isFiltered={Boolean(status || appId)} />
            : <Rows label="Runs, newest first" rows={pages.rows} columns={columns} keyOf={run => run.runId} open={run => open(to(pathOf('runs', run.runId)))} mark={run => choose(run.runId)} more={pages.more} stateOf={run => run.status} footer={pages.failure ? <span class="bad">{pages.failure.message}</span> : pages.isWhole ? 'These are all.' : 'More is coming…'} />}
      {isDeleting && (
        <Confirm
          title={`Delete ${toDelete.length} ${toDelete.length === 1 ? 'run' : 'runs'}?`}
          text="Their outputs and deliveries go with them. This cannot be taken back."
          action="Delete"
          close={() => setDeleting(false)}
          run={() => each(toDelete, id => remove('/v1/runs/{runId}', { path: { runId: id } }), 'deleted').then(() => pages.set(rows => rows.filter(row => !chosen.has(row.runId) || !isOver(row.status))))}
        />
      )}
    </>
  );
}

const NoRuns = ({ isFiltered }: { isFiltered: boolean }) => isFiltered
  ? <Empty title="No run is like that"><p>Choose another state, or all apps.</p></Empty>
  : <Empty title="No runs yet"><p>Start one from <a href={to('/apps')}>an app</a>, or by a request:</p><HowToSend of="runs" /></Empty>;
