// Checks webhooks as a receiver does that knows nothing but the address of the public key.
// Reads {"jwks":"<URL>","webhooks":[{"headers":{…},"body":"<base64>"}]} from a file; prints a line of JSON for each webhook.
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const { jwks, webhooks } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { keys } = await (await fetch(jwks)).json();

// The key that the message names.
const isSigned = (headers, signed, signature) => {
  const jwk = keys.find(({ kid }) => kid === headers['x-lamina-webhook-key-id']);
  return jwk !== undefined && verify(null, signed, createPublicKey({ key: jwk, format: 'jwk' }), signature);
};

// https://github.com/standard-webhooks/standard-webhooks: space-separated signatures, v1a is Ed25519.
const isStandard = (headers, body) => headers['webhook-signature'].split(' ')
  .filter(signature => signature.startsWith('v1a,'))
  .some(signature => isSigned(
    headers,
    Buffer.concat([Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`), body]),
    Buffer.from(signature.slice('v1a,'.length), 'base64')));

const isLamina = (headers, body) => isSigned(
  headers,
  Buffer.concat([Buffer.from(`${headers['x-lamina-webhook-timestamp']}.`), body]),
  Buffer.from(headers['x-lamina-webhook-signature'], 'hex'));

for (const webhook of webhooks) {
  const headers = Object.fromEntries(Object.entries(webhook.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const body = Buffer.from(webhook.body, 'base64');
  console.log(JSON.stringify({ lamina: isLamina(headers, body), standard: isStandard(headers, body) }));
}
