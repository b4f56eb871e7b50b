// The endpoints, with how well each does. One that is made shows its secret, and then its page.

import { useState } from 'preact/hooks';
import { get, post } from '../../api/client';
import { Failure } from '../../parts/failure';
import { Empty, Skeleton, Time } from '../../parts/pieces';
import { Rows, type Column } from '../../parts/rows';
import { Secret } from '../../parts/secret';
import { open, pathOf, to } from '../../state/address';
import { useKeys } from '../../state/keyboard';
import { pageOf, usePages } from '../../state/pages';
import { useResource } from '../../state/resource';
import { mayDefine } from '../../state/session';
import { EndpointState, Health, stateOf, type Endpoint } from './endpoint';
import { EndpointForm } from './endpointForm';

/** With more endpoints than these, how well each does is asked once, and not each minute. */
const few = 20;

export function EndpointList() {
  const [panel, setPanel] = useState<'new' | Endpoint | null>(null);
  const pages = usePages<Endpoint>(
    'endpoints', async (cursor, signal) => pageOf(await get('/v1/webhooks/endpoints', { query: { limit: 100, cursor }, signal })), endpoint => endpoint.endpointId);
  useKeys(mayDefine.value ? [{ keys: 'n', does: 'Makes an endpoint', run: () => setPanel('new') }] : []);
  const show = (endpoint: Endpoint) => open(to(pathOf('webhooks', endpoint.endpointId)));

  const columns: readonly Column<Endpoint>[] = [
    { name: 'state', title: 'State', width: '104px', cell: endpoint => <EndpointState endpoint={endpoint} /> },
    { name: 'name', title: 'Endpoint', width: 'minmax(90px, 1fr)', cell: endpoint => <bdi>{endpoint.description ?? endpoint.url}</bdi> },
    { name: 'health', title: 'Taken', width: 'minmax(110px, 1.4fr)', cell: endpoint => <ListedHealth id={endpoint.endpointId} isAskedOnce={pages.rows.length > few} /> },
    { name: 'url', title: 'Address', width: 'minmax(80px, 1fr)', isWide: true, cell: endpoint => <code><bdi>{endpoint.url}</bdi></code> },
    { name: 'events', title: 'Told of', width: 'minmax(80px, 1fr)', isWide: true, cell: endpoint => endpoint.events.join(', ') },
    { name: 'why', title: 'Why not', width: 'minmax(80px, 1fr)', isWide: true, cell: ({ active, switchedOffReason, failingSince }) =>
      !active ? <span class="bad" title={switchedOffReason ?? undefined}>{switchedOffReason}</span> : failingSince && <span class="bad">since <Time at={failingSince} ago /></span> },
  ];

  return (
    <>
      {mayDefine.value && pages.rows.length > 0 && <div class="toolbar"><button type="button" class="primary" title="n" onClick={() => setPanel('new')}>New endpoint</button></div>}
      {pages.failure && pages.rows.length === 0 ? <Failure failure={pages.failure} retry={pages.reload} />
        : pages.isLoading ? <Skeleton />
          : pages.rows.length === 0 ? (
            <Empty title="An endpoint is told of what happens">
              <p>An address of yours gets a signed message at the end of each run, and whenever an alert fires or is over. There is none yet.</p>
              {mayDefine.value ? <button type="button" class="primary" title="n" onClick={() => setPanel('new')}>New endpoint</button> : <p class="quiet">An admin or the owner makes them.</p>}
            </Empty>
          ) : <Rows label="Endpoints" rows={pages.rows} columns={columns} keyOf={endpoint => endpoint.endpointId} open={show} more={pages.more} stateOf={stateOf} footer={pages.failure ? <span class="bad">{pages.failure.message}</span> : pages.isWhole ? 'These are all.' : 'More is coming…'} />}
      {panel === 'new' && <EndpointForm title="New endpoint" action="Make it" close={() => setPanel(null)} send={async definition => setPanel((await post('/v1/webhooks/endpoints', definition)).data)} />}
      {panel && panel !== 'new' && (
        <Secret title="The secret of the endpoint" secret={panel.secret!} note="What it gets is signed with this. Whoever loses it rotates it." close={() => show(panel)} />
      )}
    </>
  );
}

/** How well one does, asked where it is in sight. */
function ListedHealth({ id, isAskedOnce }: { id: string; isAskedOnce: boolean }) {
  const shown = useResource(id, async signal => (await get('/v1/webhooks/endpoints/{endpointId}', { path: { endpointId: id }, signal })).data.health, { once: isAskedOnce });
  return shown.failure ? <span class="bad">{shown.failure.message}</span> : <Health health={shown.data} />;
}
