// The alerts, with their present values drawn against their thresholds. Whoever comes from a question or a chart finds the form filled in.

import { get } from '../../api/client';
import { Failure } from '../../parts/failure';
import { Empty, Skeleton, Time } from '../../parts/pieces';
import { Rows, type Column } from '../../parts/rows';
import { change, open, parameter, pathOf, to } from '../../state/address';
import { useKeys } from '../../state/keyboard';
import { pageOf, usePages } from '../../state/pages';
import { mayDefine } from '../../state/session';
import { Against, AlertState, inWords, stateOf, type Alert } from './alert';
import { AlertForm } from './alertForm';

const columns: readonly Column<Alert>[] = [
  { name: 'state', title: 'State', width: '120px', cell: alert => <AlertState alert={alert} /> },
  { name: 'name', title: 'Alert', width: 'minmax(90px, 1fr)', cell: alert => <bdi>{alert.name}</bdi> },
  { name: 'value', title: 'Value', width: 'minmax(120px, 1.4fr)', cell: alert => <Against alert={alert} /> },
  { name: 'condition', title: 'Fires with', width: 'minmax(80px, 1.4fr)', isWide: true, cell: inWords },
  { name: 'query', title: 'Question', width: 'minmax(60px, 1fr)', isWide: true, cell: alert => alert.query && <code><bdi>{alert.query}</bdi></code> },
  { name: 'since', title: 'Since', width: '84px', isWide: true, cell: alert => <Time at={alert.since} ago /> },
];

export function AlertList() {
  const pages = usePages<Alert>('alerts', async (cursor, signal) => pageOf(await get('/v1/alerts', { query: { limit: 100, cursor }, signal })), alert => alert.alertId);
  const make = () => change({ make: '1' });
  const close = () => change({ make: null, ask: null, metric: null }, { replace: true });
  const show = (alert: Alert) => open(to(pathOf('alerts', alert.alertId)));
  useKeys(mayDefine.value ? [{ keys: 'n', does: 'Makes an alert', run: make }] : []);
  const isMaking = mayDefine.value && parameter('make') !== '';
  return (
    <>
      <h1 class="off-screen">Alerts</h1>
      {mayDefine.value && pages.rows.length > 0 && <div class="toolbar"><button type="button" class="primary" title="n" onClick={make}>New alert</button></div>}
      {pages.failure && pages.rows.length === 0 ? <Failure failure={pages.failure} retry={pages.reload} />
        : pages.isLoading ? <Skeleton />
          : pages.rows.length === 0 ? (
            <Empty title="An alert tells when it matters">
              <p>It counts entries that answer a question, or measures the requests of a project, every five minutes; <a href={to('/webhooks')}>endpoints</a> that ask for it are told when it fires and when it is over. There is none yet.</p>
              {mayDefine.value ? <button type="button" class="primary" title="n" onClick={make}>New alert</button> : <p class="quiet">An admin or the owner makes them.</p>}
            </Empty>
          ) : <Rows label="Alerts" rows={pages.rows} columns={columns} keyOf={alert => alert.alertId} open={show} more={pages.more} stateOf={stateOf} footer={pages.failure ? <span class="bad">{pages.failure.message}</span> : pages.isWhole ? 'These are all.' : 'More is coming…'} />}
      {isMaking && <AlertForm title="New alert" action="Make it" close={close} done={show} suggested={{ query: parameter('ask') || null, metric: parameter('metric') || null }} />}
    </>
  );
}
