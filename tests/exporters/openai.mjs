// OpenAI's SDK answers, streams, embeds, and is refused: `node openai.mjs <opentelemetry | openinference>`, as the instrumentation of either sees it.
import { createRequire } from 'node:module';
import { OpenAIInstrumentation as OpenInference } from '@arizeai/openinference-instrumentation-openai';
import { OpenAIInstrumentation as OpenTelemetry } from '@opentelemetry/instrumentation-openai';
import { startModelServer } from './modelServer.mjs';
import { sendTrace, startSdk } from './sdk.mjs';

const sdk = startSdk({ instrumentations: [process.argv[2] === 'openinference' ? new OpenInference() : new OpenTelemetry()] });

// What is instrumented has to be loaded afterwards; `require` needs no hook for that.
const { OpenAI } = createRequire(import.meta.url)('openai');

const server = await startModelServer();
const openai = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 });
const asked = { model: 'gpt-4o', messages: [{ role: 'user', content: 'never to be kept' }] };

await sendTrace(sdk, 'GET /weather', async () => {
  await openai.chat.completions.create({ ...asked, temperature: 0.2 });
  for await (const _ of await openai.chat.completions.create({ ...asked, stream: true, stream_options: { include_usage: true } }));
  await openai.embeddings.create({ model: 'text-embedding-3-small', input: 'never to be kept' });
  await openai.chat.completions.create({ ...asked, model: 'busy' }).catch(() => {});
});
server.stop();
