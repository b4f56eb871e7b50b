// How what is sent is signed, and what checks it.

import { get } from '../../api/client';
import { Copy } from '../../parts/copy';
import { Failure } from '../../parts/failure';
import { Command, Json, Skeleton } from '../../parts/pieces';
import { to } from '../../state/address';
import { useResource } from '../../state/resource';

const verifyBySecret = `import { createHmac, timingSafeEqual } from 'node:crypto';

const key = Buffer.from(process.env.WEBHOOK_SECRET.slice('whsec_'.length), 'base64');
const isGenuine = (headers, rawBody) => {
  const signed = headers['webhook-id'] + '.' + headers['webhook-timestamp'] + '.' + rawBody;
  const expected = createHmac('sha256', key).update(signed).digest();
  return headers['webhook-signature'].split(' ').filter(one => one.startsWith('v1,')).some(one => {
    const given = Buffer.from(one.slice('v1,'.length), 'base64');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
};`;

const verifyByKey = `import { createPublicKey, verify } from 'node:crypto';

const { keys } = await (await fetch(BASE_URL + '/v1/webhooks/signing-key')).json();
const key = createPublicKey({ key: keys[0], format: 'jwk' });
const isGenuine = (headers, rawBody) => verify(
  null,
  Buffer.from(headers['x-lamina-webhook-timestamp'] + '.' + rawBody),
  key,
  Buffer.from(headers['x-lamina-webhook-signature'], 'hex'));`;

export function Signatures() {
  const keys = useResource('signing-key', signal => get('/v1/webhooks/signing-key', { signal }), { once: true });
  return (
    <div class="sheets">
      <p>Act on nothing that is not genuine, and refuse a timestamp that is more than five minutes off.</p>
      <section>
        <h2>By the secret of an endpoint</h2>
        <p>As the Standard Webhooks specification has it: a library for it does the same.</p>
        <Command text={verifyBySecret} />
      </section>
      <section>
        <h2>By the public key</h2>
        <p>All that is sent is signed with it too, and so is the webhook that a single <a href={to('/runs')}>run</a> was given; the tries of that are on the page of the run.</p>
        <Command text={verifyByKey} />
      </section>
      <section>
        <h2>Signing key {keys.data && <Copy text={() => JSON.stringify(keys.data)} label="Copy the key set" />}</h2>
        {keys.failure ? <Failure failure={keys.failure} retry={keys.reload} /> : keys.data ? <Json value={keys.data} /> : <Skeleton rows={3} />}
      </section>
    </div>
  );
}
