import type { InboundMessage, Connection } from 'throughline/transport';
import { deadLettersOf, handlerOf } from './two-queues.fixture.js';

/** A handler that fails for each message at once. */
export interface BuryingHandler {
  /** The bodies of what it has buried so far. */
  readonly buried: readonly string[];
  /** Resolves once there are so many. */
  hasBuried(count: number): Promise<void>;
  stop(): Promise<void>;
}

export async function buryAll(name: string, connection: Connection): Promise<BuryingHandler> {
  const source = connection.source({ handlers: [handlerOf(name, '30s')] });
  const buried: string[] = [];
  let waiting: (() => void)[] = [];
  const storeDeadLetter = async (inbound: InboundMessage): Promise<void> => {
    await connection.storeDeadLetter({
      inbound,
      to: deadLettersOf(name),
      notes: ['{"reason":"rejected"}'],
    });
    await source.settle([{ inbound, outcome: { kind: 'ack', as: 'done' } }]);
    buried.push(Buffer.from(inbound.raw ?? '').toString());
    const awake = waiting;
    waiting = [];
    for (const wake of awake) wake();
  };
  const burials: Promise<void>[] = [];
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  await source.start({
    capacity: () => 10,
    onCapacity: () => undefined,
    deliver: (inbounds) => {
      for (const inbound of inbounds) burials.push(storeDeadLetter(inbound).catch(failed.reject));
    },
    drop: () => undefined,
    suspendStarts: () => Promise.resolve(),
    resumeStarts: () => undefined,
  });
  return {
    buried,
    hasBuried: async (count) => {
      while (buried.length < count)
        await Promise.race([new Promise<void>((wake) => waiting.push(wake)), failed.promise]);
    },
    stop: async () => {
      await source.stopReceiving();
      await Promise.all(burials);
      await source.stop(AbortSignal.timeout(1_000));
    },
  };
}
