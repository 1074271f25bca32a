import { setTimeout as pause } from 'node:timers/promises';
import { defineRow, KAFKA_TARGETS } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'member cut off beyond its session';
const SESSION = 8_000;
const CUT_OFF_FOR = 28_000;

/**
 * One of two members cannot reach the brokers for longer than its session timeout, and its partitions go to the other one. When its
 * session is over, it begins nothing more.
 */
export const memberCutOff = defineRow({
  fault: FAULT,
  targets: KAFKA_TARGETS,
  inShort: ['kafka'],
  options: () => ({ network: 'proxied', worker: { sessionTimeout: '8s', concurrency: 5 } }),
  run: async (fixture, environment) => {
    const { ledger, network } = fixture;
    const cutOff = await fixture.startWorker();
    const other = await fixture.startWorker({ kafka: environment.kafka.address });
    await ledger.until(() => ledger.has('assigned', other.name));
    await fixture.produce(
      jobs({ count: environment.pick(900, 3_000, 6_000), keys: 60, work: 200 }),
    );
    await ledger.until(() => ledger.of('began').some(({ process }) => process === cutOff.name));

    ledger.allowRerunsOf(cutOff.name);
    network.silence('there');
    network.silence('back');
    await pause(SESSION + 2_000);
    const begunAtItsEnd = ledger.count('began');
    await pause(CUT_OFF_FOR - SESSION - 2_000);
    const begunAfterIt = ledger
      .of('began')
      .slice(begunAtItsEnd)
      .filter(({ process }) => process === cutOff.name).length;
    network.heal();
    network.reset();
    ledger.recoverFrom();

    return fixture.finish(FAULT, {
      failures: [
        begunAfterIt > 0 && `${begunAfterIt} messages begun after the session was over`,
        !ledger.has('aborted', cutOff.name) && !ledger.has('lost', cutOff.name) && 'nothing lost',
      ],
      timeout: 120_000,
    });
  },
});
