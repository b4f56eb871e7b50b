// The Vercel AI SDK answers with the help of a tool, streams, embeds, and is refused: `node aiSdk.mjs <current | legacy>`, by the conventions of its version 7 or of those before.
import { createOpenAI } from '@ai-sdk/openai';
import { LegacyOpenTelemetry, OpenTelemetry } from '@ai-sdk/otel';
import { embed, generateText, isStepCount, registerTelemetry, streamText, tool } from 'ai';
import { z } from 'zod';
import { startModelServer } from './modelServer.mjs';
import { sendTrace, startSdk } from './sdk.mjs';

const sdk = startSdk();
registerTelemetry(process.argv[2] === 'legacy' ? new LegacyOpenTelemetry() : new OpenTelemetry());

const server = await startModelServer();
const openai = createOpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none' });
const weather = tool({ inputSchema: z.object({ city: z.string() }), execute: ({ city }) => `never to be kept: sunny in ${city}` });
const asked = { prompt: 'never to be kept', maxRetries: 0, telemetry: { functionId: 'weather-agent' } };

await sendTrace(sdk, 'GET /weather', async () => {
  await generateText({ ...asked, model: openai.chat('gpt-4o'), tools: { weather }, stopWhen: isStepCount(2) });
  for await (const _ of streamText({ ...asked, model: openai.chat('gpt-4o') }).textStream);
  await embed({ ...asked, model: openai.embedding('text-embedding-3-small'), value: 'never to be kept' });
  await generateText({ ...asked, model: openai.chat('busy') }).catch(() => {});
});
server.stop();
