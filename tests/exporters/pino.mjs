// Logs with pino and its transport for OpenTelemetry, which reads the settings of OpenTelemetry from the environment.
import pino from 'pino';

const logger = pino({ level: 'trace' }, pino.transport({ target: 'pino-opentelemetry-transport' }));
logger.info({ orderId: 4711, total: 12.5, paid: true, items: ['a', 'b'], customer: { name: 'Ada' } }, 'Order placed');
logger.child({ module: 'stock' }).warn('Stock is low');
logger.error(Object.assign(new TypeError('The card was declined'), { code: 'declined' }), 'Payment failed');
logger.fatal('Out of memory');
logger.trace('Asked the bank');
