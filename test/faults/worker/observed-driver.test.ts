import { describe, expect, it } from '@jest/globals';
import { memory, type ConsumerListener, type KafkaConsumer } from 'throughline/kafka';
import { observedDriver } from './observed-driver.js';
import type { Report } from './reports.js';
import { SettledJobs } from './settled-jobs.js';

const COMMIT = [{ topic: 'jobs', partition: 0, offset: 1, metadata: '' }];
const PARTITION = {
  topic: 'jobs',
  partition: 0,
  committed: undefined,
  log: { id: undefined, start: 0, end: 0 },
  start: 0,
};

/** An observed consumer whose commits wait for `answer`, and the listener through which its driver calls it. */
function observe(answer: Promise<void> = Promise.resolve()) {
  const reports: Report[] = [];
  const broker = memory();
  let listener: ConsumerListener | undefined;
  const driver = observedDriver(
    {
      ...broker,
      consumer: (options, observed): KafkaConsumer => {
        listener = observed;
        return { ...broker.consumer(options, observed), commit: () => answer };
      },
    },
    (report) => Promise.resolve(void reports.push(report)),
    new SettledJobs(),
  );
  const nothing = (): void => undefined;
  const consumer = driver.consumer(
    {
      group: 'workers',
      topics: ['jobs'],
      from: 'earliest',
      sessionTimeout: 10_000,
      heartbeatInterval: 1_000,
      maxWait: 100,
      maxBytesPerPartition: 1_024,
    },
    {
      assigned: () => [],
      records: nothing,
      revoking: () => Promise.resolve(),
      skipped: nothing,
      logChanged: nothing,
      topicFailed: nothing,
      topicRecovered: nothing,
      lost: nothing,
      down: nothing,
      up: nothing,
    },
  );
  const committed = (): readonly boolean[] =>
    reports.flatMap((report) => (report.kind === 'committed' ? [report.wasOurs] : []));
  return { consumer, listener, committed };
}

describe('a commit is reported as one of an own partition', () => {
  it('if the member has the partition when it asks, even if it has lost it when the broker answers', async () => {
    const answer = Promise.withResolvers<undefined>();
    const { consumer, listener, committed } = observe(answer.promise);
    listener?.assigned([PARTITION]);

    const asked = consumer.commit(COMMIT);
    listener?.lost('expelled');
    answer.resolve(undefined);
    await asked;

    expect(committed()).toEqual([true]);
  });

  it.each<readonly [string, (listener: ConsumerListener | undefined) => unknown]>([
    ['it never had', () => undefined],
    [
      'has the number of one of another topic',
      (listener) => listener?.assigned([{ ...PARTITION, topic: 'others' }]),
    ],
    ['it has lost', (listener) => [listener?.assigned([PARTITION]), listener?.lost('expelled')]],
    [
      'was revoked',
      async (listener) => {
        listener?.assigned([PARTITION]);
        await listener?.revoking();
      },
    ],
  ])('but not for a partition that %s', async (_, prepare) => {
    const { consumer, listener, committed } = observe();
    await prepare(listener);

    await consumer.commit(COMMIT);

    expect(committed()).toEqual([false]);
  });
});
