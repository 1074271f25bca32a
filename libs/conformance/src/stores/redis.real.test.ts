import { redis } from 'throughline/redis';
import { startRedis, type Broker } from '#brokers';
import { describeIdempotencyStore } from './describe-idempotency-store.js';

/** Longer than the default: 1,000 claims run at the same time, and the machine may be busy. */
const ANSWER_WITHIN = '5s';

let broker: Broker | undefined;
const running = (): Broker => {
  if (broker === undefined) throw new Error('Redis was not started.');
  return broker;
};

describeIdempotencyStore('redis', {
  open: async () => {
    broker = await startRedis();
    const url = broker.address;
    return {
      store: () => redis({ url, answerWithin: ANSWER_WITHIN }),
      close: () => running().stop(),
    };
  },
  outages: {
    killed: { begin: () => running().kill(), end: () => running().restart() },
    halted: { begin: () => running().pause(), end: () => running().resume() },
  },
});
