// One delivery: what is sent, and what each try came to.

import { get, post } from '../../api/client';
import { Copy } from '../../parts/copy';
import { Drawer } from '../../parts/drawer';
import { Failure } from '../../parts/failure';
import { Facts, Json, Skeleton, State, Time } from '../../parts/pieces';
import { say } from '../../parts/toast';
import { change, pathOf, to } from '../../state/address';
import { useResource } from '../../state/resource';
import { showLength } from '../../state/times';
import { Act } from '../runs/act';
import type { Delivery } from './deliveries';

interface DeliveryDetailsProps {
  id: string;
  mayResend: boolean;
  /** Told of a delivery that is sent once more. */
  resent: (delivery: Delivery) => void;
}

export function DeliveryDetails({ id, mayResend, resent }: DeliveryDetailsProps) {
  const shown = useResource(id, async signal => (await get('/v1/webhooks/deliveries/{deliveryId}', { path: { deliveryId: id }, signal })).data);
  const delivery = shown.data;
  const resend = async (known: Delivery) => {
    await post('/v1/webhooks/deliveries/{deliveryId}/resend', undefined, { path: { deliveryId: id } });
    say('It is sent once more before long');
    resent(known);
  };
  return (
    <Drawer title={delivery?.type ?? 'Delivery'} label="Delivery" close={() => change({ delivery: null })}>
      {shown.failure && !delivery ? <Failure failure={shown.failure} retry={shown.reload} /> : !delivery ? <Skeleton /> : (
        <>
          {mayResend && <p><Act action="Send again" title="The same message with the same id, whether it was taken or not" run={() => resend(delivery)} /></p>}
          <Facts facts={[
            ['State', <State name={delivery.state} />],
            ['Not tried again', delivery.reason && <span class="bad">{delivery.reason}</span>],
            ['Next try', delivery.nextAttemptAt && <Time at={delivery.nextAttemptAt} />],
            ['Happened', <Time at={delivery.happenedAt} milliseconds />],
            ['Message', <><code>{delivery.messageId}</code> <Copy text={delivery.messageId} label="Copy the id of the message" /></>],
            ['Run', delivery.type.startsWith('run.') ? <RunOf message={delivery.messageId} /> : null],
          ]} />
          {delivery.tries.toReversed().map(one => (
            <section class="output" key={`${one.attempt} ${one.at}`}>
              <h3>Try {one.attempt} {one.outcome === 'unknown' ? <span class="quiet">under way, or nobody knows</span> : <State name={one.outcome} />}</h3>
              {one.error && <p class="bad">{one.error}</p>}
              <Facts facts={[
                ['Began', <Time at={one.at} milliseconds />],
                ['Took', one.durationMs === null ? null : showLength(one.durationMs)],
                ['Status', one.status],
                ['Next try', one.nextAttemptAt && <Time at={one.nextAttemptAt} />],
              ]} />
              {one.answer && <pre tabIndex={0} aria-label="The beginning of the answer">{one.answer}</pre>}
            </section>
          ))}
          <section>
            <h3>What is sent {delivery.body && <Copy text={() => JSON.stringify(delivery.body)} label="Copy what is sent" />}</h3>
            {delivery.body ? <Json value={delivery.body} /> : <p class="quiet">It is not there any more.</p>}
          </section>
        </>
      )}
    </Drawer>
  );
}

const RunOf = ({ message }: { message: string }) => {
  const run = message.replace(/^msg_/, '');
  return <a href={to(pathOf('runs', run))}>{run}</a>;
};
