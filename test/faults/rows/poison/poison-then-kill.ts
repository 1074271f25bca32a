import { defineRow } from '../../row.js';
import { ALWAYS, jobs } from '../../worker/job.js';

const FAULT = 'poison first, 1,000 keys behind, SIGKILL';
const KEYS = 1_000;

/** A poison message blocks only its own key. After a SIGKILL, none of the others runs again, and its attempts are remembered. */
export const poisonThenKill = defineRow({
  fault: FAULT,
  targets: ['kafka'],
  options: () => ({
    partitions: 1,
    worker: { attempts: 4, backoff: { first: '4s', longest: '4s' } },
  }),
  run: async (fixture) => {
    const { ledger } = fixture;
    const behind = jobs({ count: KEYS, keys: KEYS });
    const first = await fixture.startWorker();
    await fixture.produce([
      { id: 'poison', key: 'poisoned', seq: 0, work: 0, failures: ALWAYS },
      ...behind,
    ]);
    await ledger.until(() => ledger.settledAmong(behind) === KEYS);
    const wasBeingTried = (await fixture.testChannel.deadLetterCount()) === 0;
    const attemptBefore = Math.max(...ledger.runsOf('poison').map(({ attempt }) => attempt));

    await first.kill();
    await fixture.startWorker();
    const again = await ledger.until(() =>
      ledger.runsOf('poison').some((run) => run.process !== first.name),
    );
    const firstAgain = ledger.runsOf('poison').find((run) => run.process !== first.name);

    return fixture.finish(FAULT, {
      allowed: 0,
      failures: [
        !wasBeingTried && 'the poison message was no longer retried when the others were done',
        !again && 'the poison message was not redelivered',
        (firstAgain?.attempt ?? 0) < attemptBefore && 'its attempts are forgotten',
        behind.some(({ id }) => ledger.runsOf(id).length > 1) && 'some of the 1,000 have run again',
      ],
    });
  },
});
