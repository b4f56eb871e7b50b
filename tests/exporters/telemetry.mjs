// Sends one trace and three log records as OpenTelemetry's SDK for Node does: `node telemetry.mjs <proto | json>`.
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { logs, SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { startSdk } from './sdk.mjs';

const sdk = startSdk(process.argv[2] === 'json' ? { Traces: JsonTraceExporter } : {});

const tracer = trace.getTracer('shop.checkout', '1.2.0');
const logger = logs.getLogger('shop.checkout', '1.2.0');
const began = Date.now();

const root = tracer.startSpan('POST /checkout', { kind: SpanKind.SERVER, startTime: began, attributes: { 'http.request.method': 'POST', 'url.path': '/checkout' } });
const inRoot = trace.setSpan(context.active(), root);
const call = tracer.startSpan('chat gpt-4o', {
  kind: SpanKind.CLIENT,
  startTime: began + 10,
  attributes: {
    'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-4o', 'gen_ai.response.model': 'gpt-4o-2024-11-20',
    'gen_ai.usage.input_tokens': 812, 'gen_ai.usage.output_tokens': 96, 'gen_ai.response.finish_reasons': ['stop'], 'gen_ai.input.messages': 'never to be kept',
  },
}, inRoot);
call.end(began + 510);
const failed = tracer.startSpan('SELECT orders', { kind: SpanKind.CLIENT, startTime: began + 520, attributes: { 'db.system.name': 'postgresql' } }, inRoot);
failed.setStatus({ code: SpanStatusCode.ERROR, message: 'connection refused' });
failed.end(began + 530);
root.end(began + 600);

context.with(inRoot, () => {
  logger.emit({ severityNumber: SeverityNumber.INFO, severityText: 'INFO', body: 'Order placed', timestamp: began, attributes: { 'order.id': 4711, 'order.total': 12.5, paid: true, items: ['a', 'b'] } });
  logger.emit({
    severityNumber: SeverityNumber.ERROR,
    body: 'Payment failed',
    timestamp: began + 1,
    attributes: { 'exception.type': 'PaymentDeclined', 'exception.message': 'The card was declined', 'exception.stacktrace': 'PaymentDeclined: The card was declined\n    at charge (payment.js:12:7)' },
  });
});
logger.emit({ body: { text: 'Structured', deep: { n: 1 } }, timestamp: began + 2 });

await sdk.shutdown();
console.log(JSON.stringify({ trace: root.spanContext().traceId, root: root.spanContext().spanId, call: call.spanContext().spanId, failed: failed.spanContext().spanId, began }));
