// Logs with winston and its transport for OpenTelemetry, beneath a span.
import { OpenTelemetryTransportV3 } from '@opentelemetry/winston-transport';
import winston from 'winston';
import { sendTrace, startSdk } from './sdk.mjs';

const sdk = startSdk();
const logger = winston.createLogger({ level: 'http', transports: [new OpenTelemetryTransportV3()] });

await sendTrace(sdk, 'POST /checkout', () => {
  logger.info('Order placed', { orderId: 4711, total: 12.5, paid: true, items: ['a', 'b'], customer: { name: 'Ada' } });
  logger.warn('Stock is low');
  logger.error('Payment failed', { err: new TypeError('The card was declined') });
  logger.http('POST /checkout 402');
});
