// Anthropic's SDK answers, streams, and is refused. It writes spans by itself.
import Anthropic from '@anthropic-ai/sdk';
import { startModelServer } from './modelServer.mjs';
import { sendTrace, startSdk } from './sdk.mjs';

const sdk = startSdk();
const server = await startModelServer();
const anthropic = new Anthropic({ baseURL: server.url, apiKey: 'none', maxRetries: 0 });
const asked = { model: 'claude-sonnet-4-6', max_tokens: 256, messages: [{ role: 'user', content: 'never to be kept' }] };

await sendTrace(sdk, 'GET /weather', async () => {
  await anthropic.messages.create(asked);
  for await (const _ of await anthropic.messages.create({ ...asked, stream: true }));
  await anthropic.messages.create({ ...asked, model: 'busy' }).catch(() => {});
});
server.stop();
