// What sends a first record from what people have: complete as it stands, and short. Tests run it as the page shows it. Pure functions.

/** Where it is sent, and with which key. */
export interface Target {
  /** The address of the application. */
  base: string;
  /** The key, to be written down where a shell's variables do not reach. */
  key: string;
  /** The line for a shell that sets `BASE_URL` and the variable of the key. */
  shell: string;
}

/** A piece of text to be copied, and what it is. */
export interface Snippet { title?: string; text: string }

/** A way to send. */
export interface Way {
  /** Its name in the address. */
  name: string;
  title: string;
  /** Whether it stands in a web page, where everybody can read its key. */
  isPublic?: boolean;
  note?: string;
  of: (target: Target) => readonly Snippet[];
}

export type Subject = 'logs' | 'traces' | 'runs';

/** The keys that send each, by how they begin and by their name in a shell. */
export const keys = {
  logs: { prefix: 'll_', variable: 'LUMINALOG_KEY' },
  traces: { prefix: 'lqt_', variable: 'LUMIQTRACE_KEY' },
  runs: { prefix: 'lma_', variable: 'LAMINA_KEY' },
} as const;

const now = `'$(date -u +%Y-%m-%dT%H:%M:%SZ)'`;
const uuid = `'$(uuidgen || cat /proc/sys/kernel/random/uuid)'`;

const curl = (path: string, variable: string, type: string, body: string): Way => ({
  name: 'curl',
  title: 'curl',
  of: ({ shell }) => [{ text: `${shell}\ncurl $BASE_URL${path} -H "x-api-key: $${variable}" -H 'Content-Type: ${type}' \\\n  -d '${body}'` }],
});

const settings = (subject: 'logs' | 'traces', shell: string) => `${shell}
export OTEL_SERVICE_NAME=shop OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
export OTEL_EXPORTER_OTLP_ENDPOINT=$BASE_URL/v1/otel
export OTEL_EXPORTER_OTLP_HEADERS=x-api-key=$${keys[subject].variable}
export OTEL_LOGS_EXPORTER=${subject === 'logs' ? 'otlp' : 'none'} OTEL_TRACES_EXPORTER=${subject === 'traces' ? 'otlp' : 'none'} OTEL_METRICS_EXPORTER=none`;

/** The ways of OpenTelemetry: settings that each of its SDKs reads, and what is to be done in a language. */
const telemetry = (subject: 'logs' | 'traces', node: { packages: string; code: string }, dotnet: string): readonly Way[] => [
  { name: 'node', title: 'Node', of: ({ shell }) => [{ text: `${settings(subject, shell)}\nnpm install ${node.packages}` }, { title: 'first.mjs, run with node first.mjs', text: node.code }] },
  { name: 'dotnet', title: '.NET', of: ({ shell }) => [{ text: `${settings(subject, shell)}\ndotnet add package OpenTelemetry.Exporter.OpenTelemetryProtocol` }, { title: 'Program.cs, run with dotnet run', text: dotnet }] },
  {
    name: 'otel',
    title: 'OpenTelemetry',
    note: `Every OpenTelemetry SDK and agent reads these settings.${subject === 'logs' ? '' : ' A trace is listed once a span of it calls a model.'}`,
    of: ({ shell }) => [{ text: settings(subject, shell) }],
  },
];

const page = (code: (target: Target) => string): Way => ({
  name: 'page',
  title: 'Browser page',
  isPublic: true,
  note: 'Whoever sees the page can read the key in it. The setting Cors__Origins has to name the origin of the page, unless it is this one.',
  of: target => [{ text: `<script type="module">\n${code(target)}\n</script>` }],
});

const post = (path: string, type: string, body: string, { base, key }: Target) => `fetch('${base}${path}', {
  method: 'POST', keepalive: true, headers: { 'x-api-key': '${key}', 'Content-Type': '${type}' },
  body: ${body},
})`;

const call = `'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-4o', 'gen_ai.usage.input_tokens': 800, 'gen_ai.usage.output_tokens': 90`;

/** The ways to send each, the shortest first. */
export const ways: Record<Subject, readonly [Way, ...Way[]]> = {
  logs: [
    curl('/v1/logs', keys.logs.variable, 'application/json', `{"logs":[{"timestamp":"${now}","level":"info","message":"Hello"}]}`),
    ...telemetry('logs', {
      packages: '@opentelemetry/sdk-node @opentelemetry/api-logs',
      code: `import { logs } from '@opentelemetry/api-logs';
import { NodeSDK } from '@opentelemetry/sdk-node';

const sdk = new NodeSDK();
sdk.start();
logs.getLogger('first').emit({ severityNumber: 9, body: 'Hello' });
await sdk.shutdown();`,
    }, `using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;

using var logging = LoggerFactory.Create(builder =>
    builder.AddOpenTelemetry(options => options.AddOtlpExporter()));
logging.CreateLogger("First").LogInformation("Hello");`),
    page(target => `const log = (level, message) => ${post('/v1/logs', 'application/json', 'JSON.stringify({ logs: [{ timestamp: new Date(), level, message }] })', target)};
addEventListener('error', event => log('error', event.message));
log('info', 'Hello');`),
  ],
  traces: [
    curl('/v1/ingest', keys.traces.variable, 'application/x-ndjson', `{"event_id":"${uuid}","trace_id":"first","span_id":"first","timestamp":"${now}","provider":"openai","model":"gpt-4o","operation":"chat","latency_ms":420,"status":"success","input_tokens":800,"output_tokens":90}`),
    ...telemetry('traces', {
      packages: '@opentelemetry/sdk-node @opentelemetry/api',
      code: `import { trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';

const sdk = new NodeSDK();
sdk.start();
trace.getTracer('first').startSpan('chat', { attributes: {
  ${call},
} }).end();
await sdk.shutdown();`,
    }, `using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;

using var tracing = Sdk.CreateTracerProviderBuilder()
    .AddSource("First").AddOtlpExporter().Build();
using var source = new ActivitySource("First");
using var call = source.StartActivity("chat")!
    .SetTag("gen_ai.provider.name", "openai").SetTag("gen_ai.request.model", "gpt-4o")
    .SetTag("gen_ai.usage.input_tokens", 800).SetTag("gen_ai.usage.output_tokens", 90);`),
    page(target => `const id = crypto.randomUUID();
${post('/v1/ingest', 'application/x-ndjson', `JSON.stringify({
    event_id: id, trace_id: id, span_id: id, timestamp: new Date(), provider: 'openai', model: 'gpt-4o', operation: 'chat',
    latency_ms: 420, status: 'success', input_tokens: 800, output_tokens: 90,
  })`, target)};`),
  ],
  runs: [curl('/v1/apps/echo/runs', keys.runs.variable, 'application/json', '{"inputs":{"Text":"Hello"}}')],
};
