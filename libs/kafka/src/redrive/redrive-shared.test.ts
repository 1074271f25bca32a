import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { RedriveProgress } from 'throughline/transport';
import { KafkaConnection } from '../connection.js';
import { aContext } from '../context.fixture.js';
import { ConsumerRecorder } from 'throughline/conformance';
import { memory, type MemoryDriver } from '../drivers/index.js';
import { assignmentsOf, numberIn, KafkaFixture, upTo } from '../kafka.fixture.js';

Logger.overrideLogger(false);

describe('a redrive of a group with other redrives', () => {
  let driver: MemoryDriver;

  beforeEach(() => {
    driver = memory();
  });

  afterEach(() => driver.close());

  it('shares the partitions with another one, and neither moves a dead letter twice', async () => {
    const fixture = await KafkaFixture.open(driver, 4);
    await fixture.storeDeadLetters(2_000, 4);
    const both = [fixture.connection(), fixture.connection()];

    const ends = await Promise.all(both.map((connection) => connection.redrive(fixture.plan())));

    expect(await fixture.redelivered()).toEqual(upTo(2_000));
    expect(ends.reduce((sum, { moved }) => sum + moved, 0)).toBe(2_000);
  });

  it('asks about each dead letter even if another redrive with another filter is in progress', async () => {
    const fixture = await KafkaFixture.open(driver, 2);
    await fixture.storeDeadLetters(400, 2);
    const wants = (rest: number) => (deadLetter: Parameters<typeof numberIn>[0]) =>
      numberIn(deadLetter) % 4 === rest;

    await Promise.all([
      fixture.connection().redrive(fixture.plan({ wants: wants(0) })),
      fixture.connection().redrive(fixture.plan({ wants: wants(1) })),
    ]);

    expect(await fixture.redelivered()).toEqual(upTo(400).filter((number) => number % 4 < 2));
  });

  it('waits while another member has the partitions, and continues where that one has ended', async () => {
    const fixture = await KafkaFixture.open(driver);
    await fixture.storeDeadLetters(3);
    const stopping = new AbortController();
    const hasPartitions = Promise.withResolvers<undefined>();
    const owner = fixture.connection().redrive(
      fixture.plan({
        signal: stopping.signal,
        turn: () => {
          hasPartitions.resolve(undefined);
          return new Promise(() => undefined);
        },
      }),
    );
    await hasPartitions.promise;
    const empty = Promise.withResolvers<undefined>();
    const watched = assignmentsOf(driver, (partitions) => {
      if (partitions === 0) empty.resolve(undefined);
    });
    const waiter = new KafkaConnection(watched, {}, aContext('orders'));
    const reported: RedriveProgress[] = [];
    const waiting = waiter.redrive(
      fixture.plan({ onProgress: (progress) => reported.push(progress) }),
    );
    await empty.promise;
    const before = [...reported];

    stopping.abort();
    const ends = await Promise.all([owner, waiting]);

    expect(before).toEqual([]);
    expect(ends.map(({ moved }) => moved)).toEqual([0, 3]);
    expect(await fixture.redelivered()).toEqual(upTo(3));
  });

  it('ends on its signal while another member has the partitions', async () => {
    const fixture = await KafkaFixture.open(driver);
    await fixture.storeDeadLetters(3);
    const owner = driver.consumer(
      {
        group: fixture.redriveGroup,
        topics: [fixture.deadLetters],
        from: 'earliest',
        sessionTimeout: 10_000,
        heartbeatInterval: 1_000,
        maxWait: 100,
        maxBytesPerPartition: 1_048_576,
      },
      new ConsumerRecorder(),
    );
    await owner.start();
    const stopping = new AbortController();
    const watched = assignmentsOf(driver, (partitions) => {
      if (partitions === 0) stopping.abort();
    });
    const waiter = new KafkaConnection(watched, {}, aContext('orders'));

    const progress = await waiter.redrive(fixture.plan({ signal: stopping.signal }));

    expect(stopping.signal.aborted).toBe(true);
    expect(progress.moved).toBe(0);
  });
});
