// One endpoint: what it is told of, how well it does, what it was told, and what can be done about it.

import { useState } from 'preact/hooks';
import { get, post, put, remove } from '../../api/client';
import { Copy } from '../../parts/copy';
import { Confirm } from '../../parts/dialog';
import { FailedPage } from '../../parts/failure';
import { FormDialog } from '../../parts/form';
import { Facts, Skeleton, Time } from '../../parts/pieces';
import { Secret } from '../../parts/secret';
import { say, sayFailure } from '../../parts/toast';
import { change, open, parameter, to } from '../../state/address';
import { useKeys } from '../../state/keyboard';
import { pageOf, usePages } from '../../state/pages';
import { useResource } from '../../state/resource';
import { mayDefine } from '../../state/session';
import { Act } from '../runs/act';
import { useAwaiting } from './awaiting';
import { Deliveries, isTried, type Delivery } from './deliveries';
import { DeliveryDetails } from './deliveryDetails';
import { EndpointState, Health, type Endpoint } from './endpoint';
import { definitionOf, EndpointForm, type Definition } from './endpointForm';
import { Replay, ReplaySaid, type Replayed } from './replay';

const triesOf = (rows: readonly Delivery[]) => rows.reduce((sum, row) => sum + row.tries.filter(one => one.outcome !== 'unknown').length, 0);

type Panel = 'change' | 'replay' | 'rotate' | 'remove' | { rotated: Endpoint } | null;

export function EndpointPage({ id }: { id: string }) {
  const path = { endpointId: id };
  const [panel, setPanel] = useState<Panel>(null);
  const [replayed, setReplayed] = useState<Replayed | null>(null);
  const shown = useResource(id, async signal => (await get('/v1/webhooks/endpoints/{endpointId}', { path, signal })).data);
  const state = parameter('state');
  const deliveries = usePages<Delivery>(
    `${id} ${state}`,
    async (cursor, signal) => pageOf(await get('/v1/webhooks/endpoints/{endpointId}/deliveries', { path, query: { state, limit: 100, cursor }, signal })),
    delivery => delivery.deliveryId);
  const awaitRows = useAwaiting(deliveries.rows);
  useKeys([{ keys: 'Escape', does: 'Back to the list', run: () => open(to('/webhooks')) }]);

  if (shown.failure && !shown.data) return <FailedPage heading={<>Endpoint <code>{id}</code></>} back="/webhooks" failure={shown.failure} retry={shown.reload} />;
  if (!shown.data) return <Skeleton rows={8} />;
  const endpoint = shown.data;
  const close = () => setPanel(null);
  const save = async (definition: Definition) => {
    await put('/v1/webhooks/endpoints/{endpointId}', definition, { path });
    close();
    shown.reload();
  };
  const test = async () => {
    const { data } = await post('/v1/webhooks/endpoints/{endpointId}/test', undefined, { path });
    say('The test is sent before long');
    change({ state: null });
    awaitRows(rows => rows.some(row => row.deliveryId === data.deliveryId && isTried(row, 0)));
  };
  const awaitReplayed = (answer: Replayed) => {
    close();
    setReplayed(answer);
    const known = triesOf(deliveries.rows);
    if (answer.count > 0) awaitRows(rows => triesOf(rows) >= known + answer.count);
  };
  const delivery = parameter('delivery');
  return (
    <>
      <header class="toolbar">
        <a class="button" href={to('/webhooks')}>Back</a>
        <h1>Endpoint <code>{id}</code></h1>
        <EndpointState endpoint={endpoint} />
        <span class="grow" />
        {mayDefine.value && (
          <>
            {endpoint.active && <Act action="Send a test" title="A message of the type webhook.test" run={test} />}
            {endpoint.active && <button type="button" title="Sends it what it has missed" onClick={() => setPanel('replay')}>Replay since…</button>}
            <button type="button" onClick={() => setPanel('change')}>Change</button>
            <button type="button" onClick={() => setPanel('rotate')}>Rotate secret</button>
            <button type="button" class="danger" onClick={() => setPanel('remove')}>Remove</button>
          </>
        )}
      </header>
      <div class={delivery ? 'beside open' : 'beside'}>
        <div class="endpoint">
          <div class="sheets about scroll" tabIndex={0} role="region" aria-label="The endpoint">
            {!endpoint.active && (
              <p class="bad">
                {endpoint.switchedOffReason ?? 'It was switched off by hand.'} It is told of nothing until it is switched on.
                {mayDefine.value && <> <Act action="Switch it on" run={() => save({ ...definitionOf(endpoint), active: true })} /></>}
              </p>
            )}
            {replayed && <ReplaySaid replayed={replayed} />}
            <Facts facts={[
              ['Address', <><code><bdi>{endpoint.url}</bdi></code> <Copy text={endpoint.url} label="Copy the address" /></>],
              ['For', endpoint.description && <bdi>{endpoint.description}</bdi>],
              ['Told of', endpoint.events.join(', ')],
              ['Taken', <Health health={endpoint.health} />],
              ['Fails', endpoint.failingSince && <span class="bad">since <Time at={endpoint.failingSince} /></span>],
              ['Secret of before', endpoint.previousSecretUntil && <>signs beside the new one until <Time at={endpoint.previousSecretUntil} /></>],
              ['Made', <Time at={endpoint.createdAt} />],
            ]} />
          </div>
          <Deliveries pages={deliveries} />
        </div>
        {delivery && (
          <DeliveryDetails key={delivery} id={delivery} mayResend={mayDefine.value && endpoint.active} resent={known => awaitRows(rows => rows.some(row => row.deliveryId === known.deliveryId && isTried(row, known.tries.length)))} />
        )}
      </div>
      {panel === 'change' && <EndpointForm title="Change the endpoint" action="Save" known={endpoint} close={close} send={save} />}
      {panel === 'replay' && <Replay endpoint={endpoint} close={close} done={awaitReplayed} />}
      {panel === 'rotate' && (
        <FormDialog title="Rotate the secret" action="Rotate" close={close} send={async () => {
          const { data } = await post('/v1/webhooks/endpoints/{endpointId}/rotate', undefined, { path });
          setPanel({ rotated: data });
          shown.reload();
        }}>
          <p>Another secret takes its place. For 24 hours what is sent is signed with both, so that nothing is refused meanwhile; one that was rotated before signs no more.</p>
        </FormDialog>
      )}
      {panel !== null && typeof panel === 'object' && <Secret title="The new secret" secret={panel.rotated.secret!} note="For 24 hours what is sent is signed with the one of before as well: by then the new one is to be in its place." close={close} />}
      {panel === 'remove' && (
        <Confirm title="Remove this endpoint?" text="What it has not taken yet is not sent any more." action="Remove" close={close} run={() => remove('/v1/webhooks/endpoints/{endpointId}', { path }).then(() => { say('The endpoint is removed'); open(to('/webhooks'), { replace: true }); }, sayFailure)} />
      )}
    </>
  );
}
