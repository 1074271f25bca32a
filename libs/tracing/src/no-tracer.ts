import type { Sending, Tracer, Work } from './tracer.js';

const work: Work = { ids: undefined, run: (task) => task(), end: () => undefined };
const sending: Sending = { end: () => undefined };

/**
 * A tracer that records nothing and writes nothing into messages.
 *
 * @example
 * ThroughlineModule.forRoot({ name: 'order-service', tracer: none(), transports: [sqs()] })
 */
export function none(): Tracer {
  return {
    name: 'none',
    process: () => work,
    processBatch: () => work,
    send: () => sending,
    suppress: (clientCall) => clientCall(),
    current: () => undefined,
    flush: () => Promise.resolve({ lost: 0 }),
  };
}
