import { setTimeout as pause } from 'node:timers/promises';
import { AvroFixture } from '../../harness/avro-fixture.js';
import type { Environment } from '../../harness/brokers/environment.js';
import { evaluate, type RowResult } from '../../harness/ledger/result.js';
import type { Row } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'schema registry unavailable';
/** The service publishes and handles jobs of this kind before the outage. */
const KNOWN = 'known';
/** The service publishes jobs of these kinds for the first time during the outage. */
const [FIRST, SECOND] = ['first', 'second'];
/** Others publish jobs of this kind. The service meets the versions of its schema for the first time during the outage. */
const FOREIGN = 'foreign';
const FOREIGN_VERSIONS = 8;

/**
 * The schema registry halts, is killed and comes back. Meanwhile, handlers that need no new schema continue, and the others wait: no
 * message becomes a dead letter, and none uses up an attempt.
 */
export const registryUnavailable: Row = {
  fault: FAULT,
  targets: ['kafka'],
  run: async (environment) => {
    const fixture = await AvroFixture.open(environment, [KNOWN, FIRST, SECOND, FOREIGN]);
    try {
      return await run(fixture, environment);
    } finally {
      await fixture.close();
    }
  },
};

async function run(fixture: AvroFixture, environment: Environment): Promise<RowResult> {
  const { ledger, registry } = fixture;
  const share = environment.pick(200, 2_000, 2_000);
  const downFor = environment.pick(6_000, 30_000, 30_000);
  const versions = await fixture.register(FOREIGN, FOREIGN_VERSIONS);
  for (const kind of [KNOWN, FIRST, SECOND]) await fixture.register(kind, 1);
  await fixture.startService();
  const before = jobs({ count: share, keys: 40, name: 'before-' });
  await fixture.produce(KNOWN, before);
  await fixture.handled(before);

  registry.pause();
  const began = performance.now();
  const untilDownFor = (time: number): Promise<void> =>
    pause(Math.max(0, began + time - performance.now()));
  const first = jobs({ count: share / 2, keys: 40, name: 'first-' });
  const second = jobs({ count: share / 2, keys: 40, name: 'second-' });
  const foreign = jobs({ count: share, keys: 40, name: 'foreign-' });
  const meanwhile = jobs({ count: share, keys: 40, name: 'meanwhile-' });
  await fixture.produce(FIRST, first);
  await fixture.produceInAvro(FOREIGN, foreign, versions);
  await fixture.produce(KNOWN, meanwhile);
  await fixture.handled(meanwhile);
  const handledMs = performance.now() - began;
  await untilDownFor(downFor / 2);
  await registry.kill();
  await fixture.produce(SECOND, second);
  await fixture.publishRefused(second);
  await untilDownFor(downFor);
  const waiting = [...first, ...second, ...foreign];
  const early = fixture.countHandled(waiting);
  await registry.restart();
  const downMs = performance.now() - began;
  ledger.recoverFrom(waiting.map(({ id }) => id));
  const after = jobs({ count: share, keys: 40, name: 'after-' });
  await fixture.produce(KNOWN, after);
  await fixture.handled([...waiting, ...after]);

  const { left, deadLetters, code } = await fixture.finish();
  const evaluated = evaluate(ledger, [], { target: 'kafka', allowed: 0 });
  const runs = [...ledger.of('failed'), ...ledger.of('began')];
  const later = runs.filter(({ attempt }) => attempt > 1).length;
  const own = [
    early > 0 && `${early} messages were handled without their schema`,
    left > 0 && `${left} messages are not settled`,
    deadLetters > 0 && `${deadLetters} dead letters`,
    later > 0 && `${later} runs after a counted attempt`,
    code !== 0 && `the service ended with ${String(code)}`,
  ].filter((failure) => failure !== false);
  return {
    fault: FAULT,
    broker: 'kafka',
    messages: ledger.produced.size,
    ...evaluated,
    recoveredMs: ledger.recoveredMs,
    remarks: [
      `halted for ${inSeconds(downFor / 2)}, then killed and back after ${inSeconds(downMs)}`,
      `${meanwhile.length} with known schemas handled in ${inSeconds(handledMs)} meanwhile`,
      `${waiting.length} waited, ${deadLetters} dead letters`,
    ],
    failures: [...evaluated.failures, ...own],
  };
}

const inSeconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(1)} s`;
