// Webhooks: how what is sent is signed, and where deliveries are seen.

import { get } from '../../api/client';
import { Copy } from '../../parts/copy';
import { Failure } from '../../parts/failure';
import { Command, Json, Skeleton } from '../../parts/pieces';
import { to } from '../../state/address';
import { useResource } from '../../state/resource';

const verify = `import { createPublicKey, verify } from 'node:crypto';

const { keys } = await (await fetch(BASE_URL + '/v1/webhooks/signing-key')).json();
const key = createPublicKey({ key: keys[0], format: 'jwk' });
const isGenuine = (headers, rawBody) => verify(
  null,
  Buffer.from(headers['x-lamina-webhook-timestamp'] + '.' + rawBody),
  key,
  Buffer.from(headers['x-lamina-webhook-signature'], 'hex'));`;

export function Webhooks() {
  const keys = useResource('signing-key', signal => get('/v1/webhooks/signing-key', { signal }), { once: true });
  return (
    <div class="sheets">
      <h1>Webhooks</h1>
      <section>
        <h2>Deliveries</h2>
        <p>A run that was given a webhook tells it of its end. The tries, with answers and times, are on the page of each <a href={to('/runs')}>run</a>.</p>
      </section>
      <section>
        <h2>Signing key {keys.data && <Copy text={() => JSON.stringify(keys.data)} label="Copy the key set" />}</h2>
        {keys.failure ? <Failure failure={keys.failure} retry={keys.reload} /> : keys.data ? <Json value={keys.data} /> : <Skeleton rows={3} />}
      </section>
      <section>
        <h2>Verify what comes</h2>
        <p>Act on nothing that is not genuine, and refuse a timestamp that is more than five minutes off.</p>
        <Command text={verify} />
      </section>
    </div>
  );
}
