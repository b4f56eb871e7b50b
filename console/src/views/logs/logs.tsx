// Logs: a question, how many entries answer it over time, the entries, and one of them beside the list. Live, they come in by themselves.

import { useMemo, useState } from 'preact/hooks';
import { get, urlOf } from '../../api/client';
import { Export } from '../../parts/export';
import { Failure } from '../../parts/failure';
import { Icon } from '../../parts/icons';
import { HowToSend } from '../../parts/howToSend';
import { Empty, showNumber, Skeleton, State, Time } from '../../parts/pieces';
import { Rows, type Column } from '../../parts/rows';
import { change, parameter, parameters } from '../../state/address';
import { useKeys } from '../../state/keyboard';
import { usePages } from '../../state/pages';
import { zone } from '../../state/preferences';
import { interval, range, rangeKey, rangeQuery } from '../../state/range';
import { useResource } from '../../state/resource';
import { showDate } from '../../state/times';
import { AlertOn } from '../alerts/alertOn';
import { EntryDetails } from './entryDetails';
import { fieldOf, join, textOf, type Entry } from './entries';
import { Facets } from './facets';
import { Histogram } from './histogram';
import { QueryBar } from './queryBar';
import { SavedQueries } from './savedQueries';
import { most, useLive } from './useLive';

// With the date where some are not of today.
const timeColumn = (isToday: boolean): Column<Entry> => ({ name: 'time', title: 'Time', width: isToday ? '92px' : '172px', cell: row => <Time at={row.timestamp} milliseconds /> });

const fixed: readonly Column<Entry>[] = [
  { name: 'level', title: 'Level', width: '56px', cell: row => <State name={row.level} /> },
  { name: 'message', title: 'Message', width: 'minmax(120px, 4fr)', cell: row => <bdi>{row.message.slice(0, 400)}</bdi> },
];

export function Logs() {
  const query = parameter('query');
  const isLive = parameter('live') !== '' && range.value.isLive;
  const selected = parameter('entry') || null;
  const [isTop, setTop] = useState(true);
  const [areFieldsOpen, setFieldsOpen] = useState(false);
  const key = JSON.stringify([query, rangeKey.value]);

  const pages = usePages<Entry>(
    key,
    async (cursor, signal) => {
      const page = await get('/v1/logs', { query: { query, ...rangeQuery.value, limit: 200, cursor }, signal });
      return { rows: page.logs, next: page.next_cursor };
    },
    row => row.id);
  const stats = useResource(`stats ${key}`, signal => get('/v1/logs/stats', { query: { query, ...rangeQuery.value, interval: interval.value }, signal }));
  const live = useLive(isLive ? { query } : null, !isTop || selected !== null);
  const rows = useMemo(() => isLive ? join(live.rows.toReversed(), pages.rows, most) : pages.rows, [isLive, live.rows, pages.rows]);
  // They are asked once: where nothing is yet, as soon as something came in.
  const isEmpty = pages.isWhole && rows.length === 0;
  const fields = useResource(isEmpty ? null : `fields ${key}`, signal => get('/v1/logs/fields', { query: { query, ...rangeQuery.value }, signal }), { once: true });

  const columnNames = parameters('column').join('\n');
  const isToday = showDate(range.value.start, zone.value) === showDate(new Date(), zone.value);
  const columns = useMemo(() => [
    timeColumn(isToday),
    ...fixed,
    ...(columnNames ? columnNames.split('\n') : []).map((name): Column<Entry> => ({ name, title: name, width: 'minmax(80px, 1fr)', isWide: true, cell: row => textOf(fieldOf(row, name)) })),
  ], [columnNames, isToday]);

  const toggleLive = () => change({ live: parameter('live') ? null : '1', ...(range.value.isLive ? {} : { range: '15m', from: null, to: null }) });
  useKeys([{ keys: 'l', does: 'Follows what comes in', run: toggleLive }]);

  return (
    <>
      <h1 class="off-screen">Logs</h1>
      <div class="toolbar">
        <QueryBar fields={fields.data?.fields ?? []} failure={pages.failure} />
        <button type="button" aria-pressed={isLive} title="Follow what comes in (l)" onClick={toggleLive}><Icon name="live" />Live</button>
        <button type="button" class="only-narrow" aria-expanded={areFieldsOpen} aria-controls="fields" onClick={() => setFieldsOpen(!areFieldsOpen)}>Fields</button>
        <SavedQueries />
        {query && <AlertOn query={query} />}
        <Export url={() => urlOf('/v1/logs', { query: { query, ...rangeQuery.value } })} of="logs" disabled={rows.length === 0} />
      </div>
      <Histogram stats={stats.data} live={live.counts} />
      {isLive && (
        <p class="live-state" role="status">
          {live.state === 'streaming' ? 'Entries come in as they are stored.' : live.state === 'polling' ? 'No stream comes through: asked every 2 s.' : 'Connecting…'}
          {live.waiting > 0 && <button type="button" onClick={() => { live.show(); change({ entry: null }); document.querySelector('.rows')?.scrollTo({ top: 0 }); }}>{live.waiting >= most ? '1,000 or more' : showNumber(live.waiting)} new</button>}
        </p>
      )}
      <div class={areFieldsOpen ? 'with-facets open' : 'with-facets'}>
        <Facets answer={fields.data} />
        <div class={selected ? 'beside open' : 'beside'}>
          {pages.failure && pages.failure.status !== 400 && rows.length === 0 ? <Failure failure={pages.failure} retry={pages.reload} />
            : pages.failure?.status === 400 && rows.length === 0 ? null
            : pages.isLoading && rows.length === 0 ? <Skeleton rows={12} />
              : rows.length === 0 ? <NoEntries isAsked={query !== ''} />
                : (
                  <Rows
                    label="Log entries, newest first"
                    rows={rows}
                    columns={columns}
                    keyOf={row => row.id}
                    selected={selected}
                    open={(row, how) => change({ entry: row.id }, how)}
                    more={isLive && rows.length >= most ? undefined : pages.more}
                    stateOf={row => row.level}
                    onTop={setTop}
                    footer={isLive && rows.length >= most ? 'The newest 1,000 are kept while entries come in.' : pages.failure ? <span class="bad">{pages.failure.message}</span> : pages.isWhole ? 'These are all in the range.' : 'More is coming…'}
                  />
                )}
          {selected && <EntryDetails key={selected} id={selected} known={rows.find(row => row.id === selected)} close={() => change({ entry: null })} />}
        </div>
      </div>
    </>
  );
}

const NoEntries = ({ isAsked }: { isAsked: boolean }) => isAsked
  ? <Empty title="Nothing answers this question in the range"><p>Choose a longer range, or ask for less.</p></Empty>
  : <Empty title="No entries in the range"><p>Send one, and it is here within a minute, or at once when the view is live:</p><HowToSend of="logs" /></Empty>;
