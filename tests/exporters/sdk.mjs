// OpenTelemetry's SDK for Node as people set it up. BASE_URL, LUMIQTRACE_KEY and LUMINALOG_KEY say where to.
import { trace } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { logs, NodeSDK } from '@opentelemetry/sdk-node';

const { BASE_URL, LUMIQTRACE_KEY, LUMINALOG_KEY } = process.env;
const to = (signal, key) => ({ url: `${BASE_URL}/v1/otel/v1/${signal}`, headers: { 'x-api-key': key }, compression: 'gzip' });

/** Starts it. */
export const startSdk = ({ instrumentations = [], Traces = OTLPTraceExporter } = {}) => {
  const sdk = new NodeSDK({
    instrumentations,
    traceExporter: new Traces(to('traces', LUMIQTRACE_KEY)),
    logRecordProcessors: [new logs.BatchLogRecordProcessor({ exporter: new OTLPLogExporter(to('logs', LUMINALOG_KEY)) })],
  });
  sdk.start();
  return sdk;
};

/** Does some work beneath a span of its own, sends what there is, and says the id of the trace. */
export const sendTrace = async (sdk, name, work) => {
  const id = await trace.getTracer('shop').startActiveSpan(name, async root => {
    await work();
    root.end();
    return root.spanContext().traceId;
  });
  await sdk.shutdown();
  console.log(id);
};
