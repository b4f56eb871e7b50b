import { useEffect, useRef, useState } from 'preact/hooks';
import { get, urlOf, type Answer } from '../../api/client';
import { followStream, type LiveState } from '../../api/live';
import { Export } from '../../parts/export';
import { Failure } from '../../parts/failure';
import { HowToSend } from '../../parts/howToSend';
import { Empty, showNumber, Skeleton, State, Time } from '../../parts/pieces';
import { Rows, type Column, type Marking } from '../../parts/rows';
import { change, open, parameter, pathOf, to } from '../../state/address';
import { useKeys } from '../../state/keyboard';
import { withRun } from '../../state/lists';
import { pageOf, usePages } from '../../state/pages';
import { isAnyTime, range, rangeKey } from '../../state/range';
import { useResource } from '../../state/resource';
import { showLength } from '../../state/times';
import { AllThatMatch, Picked } from './many';

export type ListedRun = Answer<'/v1/runs'>['data'][number];

export const states = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
export const isOver = (status: string) => status === 'completed' || status === 'failed' || status === 'cancelled';

/** How long a run took, or takes until now; an empty text before it began. */
export const lengthOf = (run: { startedAt?: string | null; completedAt?: string | null }) =>
  run.startedAt ? showLength((run.completedAt ? Date.parse(run.completedAt) : Date.now()) - Date.parse(run.startedAt)) : '';

/** How far a run is. One that waits for room says for how much, when pointed at and to those who listen. */
export function RunState({ run }: { run: Pick<ListedRun, 'status' | 'waitsFor'> }) {
  if (!run.waitsFor) return <State name={run.status} />;
  const { limit, key } = run.waitsFor;
  const reason = `Waits for room: ${limit === 1 ? 'one run' : `${limit} runs`} of its app at once${key == null ? '' : ` for “${key}”`}`;
  return <span title={reason}><State name="waiting" /><span class="off-screen">. {reason}</span></span>;
}

/** What started a run, in words. */
const sources: Record<string, string> = { api_app: 'request', trigger: 'trigger', replay: 'replay' };

export function RunList() {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const status = parameter('status');
  const appId = parameter('app');
  const source = parameter('source');
  const key = JSON.stringify([status, appId, source, !isAnyTime.value && rangeKey.value]);
  // The range ends with now, unless somebody chose its end.
  const { start, end, isLive } = range.value;
  const filter = { status, appId, ...(isAnyTime.value ? {} : { since: start.toISOString(), ...(isLive ? {} : { until: end.toISOString() }) }) };
  const pages = usePages<ListedRun>(
    key,
    async (cursor, signal) => pageOf(await get('/v1/runs', { query: { ...filter, source, limit: 100, cursor }, signal })),
    run => run.runId);
  const apps = useResource(`apps ${appId}`, signal => get('/v1/apps', { query: { limit: 100 }, signal }), { once: true });
  const fits = useRef((_: ListedRun): boolean => true);
  fits.current = run => (!status || run.status === status) && (!source || run.source === source)
    && (isAnyTime.value || (run.createdAt >= start.toISOString() && (isLive || run.createdAt <= end.toISOString())));

  // A run comes whatever its state, so that one that no longer fits leaves the list.
  const [live, setLive] = useState<LiveState>('connecting');
  useEffect(() => followStream({
    url: urlOf('/v1/runs/live', { query: { appId } }),
    on: {
      ready: pages.reload,
      run: data => {
        const run = JSON.parse(data) as ListedRun;
        pages.set(rows => withRun(rows, run, fits.current(run)));
      },
    },
    poll: async () => pages.reload(),
    onState: setLive,
  }), [key]);

  const last = useRef<string | null>(null);
  const choose = (id: string, how: Marking = 'one') => {
    const at = pages.rows.findIndex(run => run.runId === id);
    const from = how === 'all' ? pages.rows.findIndex(run => run.runId === last.current) : -1;
    last.current = id;
    setChosen(before => {
      const next = new Set(before);
      if (how !== 'one' || !next.delete(id)) next.add(id);
      if (from >= 0) for (const run of pages.rows.slice(Math.min(from, at), Math.max(from, at) + 1)) next.add(run.runId);
      return next;
    });
  };
  const picked = pages.rows.filter(run => chosen.has(run.runId));
  useKeys([{ keys: 'Escape', does: 'Chooses none', run: () => setChosen(new Set()) }]);
  const isWholeChosen = picked.length > 0 && picked.length === pages.rows.length;

  const columns: readonly Column<ListedRun>[] = [
    { name: 'choose', title: <input type="checkbox" aria-label="Choose all that are shown" checked={isWholeChosen} onClick={() => setChosen(new Set(isWholeChosen ? [] : pages.rows.map(run => run.runId)))} />, width: '20px', cell: run => <input type="checkbox" aria-label={`Choose the run ${run.runId}`} checked={chosen.has(run.runId)} onClick={event => { event.stopPropagation(); choose(run.runId, event.shiftKey ? 'all' : 'one'); }} /> },
    { name: 'state', title: 'State', width: '96px', cell: run => <RunState run={run} /> },
    { name: 'app', title: 'App', width: 'minmax(80px, 1fr)', cell: run => apps.data?.data.find(app => app.appId === run.workflowId)?.name ?? run.workflowId },
    { name: 'created', title: 'Submitted', width: '140px', cell: run => <Time at={run.createdAt} /> },
    { name: 'took', title: 'Took', width: '76px', align: 'end', cell: lengthOf },
    { name: 'source', title: 'By', width: '80px', isWide: true, cell: run => sources[run.source] ?? run.source },
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
        <select aria-label="Started by" value={source} onChange={event => change({ source: event.currentTarget.value })}>
          <option value="">By anything</option>
          {Object.entries(sources).map(([name, word]) => <option key={name} value={name}>By {word}</option>)}
        </select>
        <span class="grow said quiet" role="status">{picked.length > 0 ? `${picked.length} chosen of ` : ''}{pages.total === undefined ? '' : `${showNumber(pages.total)} ${pages.total === 1 ? 'run' : 'runs'}`}{live === 'polling' && ' · no stream comes through: asked every 2 s'}</span>
        <Export url={() => urlOf('/v1/runs', { query: { ...filter, source } })} of="runs" disabled={pages.rows.length === 0} />
        {picked.length === 0 ? pages.rows.length > 0 && <AllThatMatch filter={filter} source={source} done={pages.reload} /> : (
          <Picked
            runs={picked}
            done={(ids, areGone) => {
              setChosen(before => new Set([...before].filter(id => !ids.has(id))));
              if (areGone) pages.set(rows => rows.filter(row => !ids.has(row.runId)));
              pages.reload();
            }}
          />
        )}
      </div>
      {pages.failure && pages.rows.length === 0 ? <Failure failure={pages.failure} retry={pages.reload} />
        : pages.isLoading && pages.rows.length === 0 ? <Skeleton rows={10} />
          : pages.rows.length === 0 ? <NoRuns isFiltered={Boolean(status || appId || source || !isAnyTime.value)} />
            : <Rows label="Runs, newest first" rows={pages.rows} columns={columns} keyOf={run => run.runId} open={run => open(to(pathOf('runs', run.runId)))} mark={(run, how) => choose(run.runId, how)} more={pages.more} stateOf={run => run.status} footer={pages.failure ? <span class="bad">{pages.failure.message}</span> : pages.isWhole ? 'These are all.' : 'More is coming…'} />}
    </>
  );
}

const NoRuns = ({ isFiltered }: { isFiltered: boolean }) => isFiltered
  ? <Empty title="No run is like that"><p>Choose another state or range, or all apps.</p></Empty>
  : <Empty title="No runs yet"><p>Start one from <a href={to('/apps')}>an app</a>, or by a request:</p><HowToSend of="runs" /></Empty>;
