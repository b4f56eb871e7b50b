// Checks webhooks with the official libraries, as a receiver does that has the secret of its endpoint.
// Reads {"secret":"whsec_…","webhooks":[{"headers":{…},"body":"<base64>"}]} from a file; prints a line of JSON for each webhook.
import { readFileSync } from 'node:fs';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';

const { secret, webhooks } = JSON.parse(readFileSync(process.argv[2], 'utf8'));

const isGenuine = (library, { headers, body }) => {
  try {
    library.verify(Buffer.from(body, 'base64').toString('utf8'), headers);
    return true;
  } catch {
    return false;
  }
};

for (const webhook of webhooks) {
  console.log(JSON.stringify({
    standard: isGenuine(new StandardWebhook(secret), webhook),
    svix: isGenuine(new SvixWebhook(secret), webhook),
  }));
}
