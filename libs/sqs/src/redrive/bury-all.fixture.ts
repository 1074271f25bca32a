import type { Arrival, Connection } from 'throughline/transport';
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
  const bury = async (arrival: Arrival): Promise<void> => {
    await connection.bury({ arrival, to: deadLettersOf(name), notes: ['{"reason":"rejected"}'] });
    await source.settle([{ arrival, outcome: { kind: 'ack', as: 'done' } }]);
    buried.push(Buffer.from(arrival.raw ?? '').toString());
    const awake = waiting;
    waiting = [];
    for (const wake of awake) wake();
  };
  const burials: Promise<void>[] = [];
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  await source.start({
    room: () => 10,
    onRoom: () => undefined,
    deliver: (arrivals) => {
      for (const arrival of arrivals) burials.push(bury(arrival).catch(failed.reject));
    },
    drop: () => undefined,
    hold: () => Promise.resolve(),
    goOn: () => undefined,
  });
  return {
    buried,
    hasBuried: async (count) => {
      while (buried.length < count)
        await Promise.race([new Promise<void>((wake) => waiting.push(wake)), failed.promise]);
    },
    stop: async () => {
      await source.quiesce();
      await Promise.all(burials);
      await source.stop(AbortSignal.timeout(1_000));
    },
  };
}
