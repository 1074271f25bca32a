import { startFauxqs } from 'fauxqs';
import { TwoQueues } from './two-queues.fixture.js';

/** A fauxqs for the tests of one file. It is begun at once: Jest begins concurrent tests before `beforeAll`. */
export function onFauxqs(): {
  readonly open: (ending: '' | '.fifo') => Promise<TwoQueues>;
  readonly close: () => Promise<void>;
} {
  const started = startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
  const opened: TwoQueues[] = [];
  return {
    open: async (ending) => {
      const { port } = await started;
      const queues = await TwoQueues.open(`http://127.0.0.1:${port}`, ending);
      opened.push(queues);
      return queues;
    },
    close: async () => {
      for (const queues of opened) await queues.close();
      await (await started).stop();
    },
  };
}
