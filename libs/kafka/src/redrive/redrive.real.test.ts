import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { decodeCommit } from '../consume/progress/commit-metadata.js';
import type { KafkaDriver } from '../driver.js';
import { ConsumerRecorder } from 'throughline/conformance';
import { kafkaJs } from '../drivers/index.js';
import { KafkaFixture, upTo } from '../kafka.fixture.js';

Logger.overrideLogger(false);
jest.setTimeout(180_000);

const DEAD_LETTERS = 1_000;
const PARTITIONS = 3;
const KILLS = 3;
/** A batch is written, then committed: a kill leaves at most one batch in doubt. */
const IN_FLIGHT = 100;

const path = (url: string): string => fileURLToPath(new URL(url, import.meta.url));
const report = z.object({ moved: z.number() });

function startRedriver(fixture: KafkaFixture, brokers: string): ChildProcess {
  const { topic, group } = fixture;
  return fork(path('./redriver.fixture.ts'), [JSON.stringify({ brokers, topic, group })], {
    execArgv: [
      ...['--import', path('../../../../tools/typescript.mjs')],
      ...['--import', path('../../../../test/support/end-with-parent.mjs')],
    ],
  });
}

/** Resolves once the process has reported so many, or has ended. */
function untilMoved(child: ChildProcess, count: number): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.on('message', (message) => {
      const { data } = report.safeParse(message);
      if ((data?.moved ?? 0) >= count) resolve();
    });
  });
}

/** How many dead letters the group of the redrive has recorded as moved. */
async function recorded({ driver, redriveGroup, deadLetters }: KafkaFixture): Promise<number> {
  const committed = await driver.committed(redriveGroup, deadLetters);
  return [...committed.values()].reduce(
    (sum, { offset, metadata }) =>
      sum + offset + decodeCommit(offset, metadata).progress.done.length,
    0,
  );
}

describe('a redrive on Apache Kafka', () => {
  const brokers = process.env.TEST_KAFKA ?? '';
  let driver: KafkaDriver;

  beforeAll(() => {
    if (brokers === '') throw new Error('TEST_KAFKA is not set. Give a broker as host:port.');
    driver = kafkaJs({ brokers: brokers.split(','), clientId: 'redrive-test' });
  });

  afterAll(() => driver.close());

  it('killed three times, loses nothing, repeats at most what was in flight, and reaches its group alone', async () => {
    const fixture = await KafkaFixture.open(driver, PARTITIONS);
    const otherRetries = `${fixture.topic}.other.retry`;
    await driver.create([{ name: otherRetries, partitions: 1 }]);
    await fixture.write(
      upTo(10).map((at) => ({
        topic: fixture.topic,
        key: `${at}`,
        value: Buffer.from(`${at}`),
        headers: {},
      })),
    );
    const other = new ConsumerRecorder();
    const otherGroup = driver.consumer(
      {
        group: `${fixture.group}-other`,
        topics: [fixture.topic, otherRetries],
        from: 'earliest',
        sessionTimeout: 30_000,
        heartbeatInterval: 1_000,
        maxWait: 100,
        maxBytesPerPartition: 131_072,
      },
      other,
    );
    await otherGroup.start();
    await other.until('its own messages', () => other.seen.length === 10);
    await fixture.storeDeadLetters(DEAD_LETTERS, PARTITIONS);

    const inDoubt: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const child = startRedriver(fixture, brokers);
      const exited = once(child, 'exit');
      await untilMoved(child, 100);
      await pause(Math.random() * 30);
      child.kill('SIGKILL');
      expect(await exited).toEqual([null, 'SIGKILL']);
      inDoubt.push((await fixture.count(fixture.retries)) - (await recorded(fixture)));
    }
    const last = startRedriver(fixture, brokers);
    expect(await once(last, 'exit')).toEqual([0, null]);

    const back = await fixture.redelivered();
    const doubled = back.length - DEAD_LETTERS;
    expect([...new Set(back)]).toEqual(upTo(DEAD_LETTERS));
    expect(doubled).toBeLessThanOrEqual(KILLS * IN_FLIGHT);
    expect(await recorded(fixture)).toBe(DEAD_LETTERS);
    expect(other.seen).toHaveLength(10);
    expect(await fixture.count(fixture.topic)).toBe(10);
    expect(await fixture.count(otherRetries)).toBe(0);
    process.stdout.write(
      `      ${DEAD_LETTERS} dead letters, ${KILLS} kills: ${back.length} redriven, ${doubled} twice; in doubt at each kill, counted from the first: ${inDoubt.join(', ')}\n`,
    );
    await otherGroup.stop();
  });

  it('shares the partitions with another one, and neither moves a dead letter twice', async () => {
    const fixture = await KafkaFixture.open(driver, 4);
    await fixture.storeDeadLetters(2_000, 4);
    const both = [fixture.connection(), fixture.connection()];

    const ends = await Promise.all(both.map((connection) => connection.redrive(fixture.plan())));

    expect(await fixture.redelivered()).toEqual(upTo(2_000));
    expect(ends.reduce((sum, { moved }) => sum + moved, 0)).toBe(2_000);
  });

  it('runs beside a redrive of another topic that the same group records', async () => {
    const one = await KafkaFixture.open(driver, 2);
    const other = await KafkaFixture.open(driver, 2, one.group);
    await one.storeDeadLetters(200, 2);
    await other.storeDeadLetters(200, 2);

    const ends = await Promise.all(
      [one, other].map((fixture) => fixture.connection().redrive(fixture.plan())),
    );

    expect(ends.map(({ moved }) => moved)).toEqual([200, 200]);
    expect(await one.redelivered()).toEqual(upTo(200));
    expect(await other.redelivered()).toEqual(upTo(200));
  });

  it('leaves what is not wanted, can run dry, and ends if there is nothing left', async () => {
    const fixture = await KafkaFixture.open(driver, 2);
    await fixture.storeDeadLetters(300, 2);
    const isEven = ({ key }: { readonly key: string | null }): boolean =>
      Number(key?.slice('key-'.length)) % 4 < 2;
    const connection = fixture.connection();

    const ends = [
      await connection.redrive(fixture.plan({ wants: isEven, isDry: true })),
      await connection.redrive(fixture.plan({ wants: isEven })),
      await connection.redrive(fixture.plan({ isDry: true })),
      await connection.redrive(fixture.plan()),
      await connection.redrive(fixture.plan()),
    ];

    expect(ends.map(({ seen, moved, left }) => [seen, moved, left])).toEqual([
      [300, 150, 150],
      [300, 150, 150],
      [150, 150, 0],
      [150, 150, 0],
      [0, 0, 0],
    ]);
    expect(await fixture.redelivered()).toEqual(upTo(300));
  });
});
