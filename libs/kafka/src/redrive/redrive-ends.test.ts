import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { memory, type MemoryDriver } from '../drivers/index.js';
import { assignmentsOf, numberIn, KafkaFixture, upTo } from '../kafka.fixture.js';

Logger.overrideLogger(false);

describe('how a redrive ends', () => {
  let driver: MemoryDriver;

  beforeEach(() => {
    driver = memory();
  });

  afterEach(() => driver.close());

  it('stops on its signal, and the next one continues from there', async () => {
    const fixture = await KafkaFixture.open(driver);
    await fixture.storeDeadLetters(500);
    const stopping = new AbortController();

    const first = await fixture.connection().redrive(
      fixture.plan({
        signal: stopping.signal,
        onProgress: ({ moved }) => {
          if (moved >= 200) stopping.abort();
        },
      }),
    );

    expect(first.moved).toBe(200);
    expect(await fixture.redelivered()).toEqual(upTo(200));
    const rest = await fixture.connection().redrive(fixture.plan());
    expect(rest.moved).toBe(300);
    expect(await fixture.redelivered()).toEqual(upTo(500));
  });

  it('stops on its signal while it waits for a turn', async () => {
    const fixture = await KafkaFixture.open(driver);
    await fixture.storeDeadLetters(3);
    const stopping = new AbortController();
    let turns = 0;

    const progress = await fixture.connection().redrive(
      fixture.plan({
        signal: stopping.signal,
        turn: () =>
          new Promise((resolve, reject) => {
            turns += 1;
            if (turns === 1) {
              resolve();
              return;
            }
            stopping.signal.addEventListener('abort', () =>
              reject(stopping.signal.reason as Error),
            );
            setImmediate(() => setImmediate(() => stopping.abort()));
          }),
      }),
    );

    expect(progress).toEqual({ seen: progress.moved, moved: progress.moved, left: 0 });
    expect(await fixture.redelivered()).toEqual(upTo(progress.moved));
    await fixture.connection().redrive(fixture.plan());
    expect(await fixture.redelivered()).toEqual(upTo(3));
  });

  it('ends if its connection is closed', async () => {
    const fixture = await KafkaFixture.open({ ...driver, close: () => Promise.resolve() });
    await fixture.storeDeadLetters(2);
    const connection = fixture.connection();
    const asked = Promise.withResolvers<undefined>();
    const redriving = connection.redrive(
      fixture.plan({
        turn: () => {
          asked.resolve(undefined);
          return new Promise(() => undefined);
        },
      }),
    );
    await asked.promise;

    await connection.close();

    expect(await redriving).toEqual({ seen: 0, moved: 0, left: 0 });
  });

  it('ends at once if there is nothing, or retention has removed everything', async () => {
    const fixture = await KafkaFixture.open(driver, 2);
    expect(await fixture.connection().redrive(fixture.plan())).toEqual({
      seen: 0,
      moved: 0,
      left: 0,
    });

    await fixture.storeDeadLetters(6, 2);
    for (const partition of [0, 1]) {
      driver.trim({ topic: fixture.deadLetters, partition, offset: 3 });
    }

    expect(await fixture.connection().redrive(fixture.plan())).toEqual({
      seen: 0,
      moved: 0,
      left: 0,
    });
  });

  it('moves what retention has left, whatever was moved before', async () => {
    const fixture = await KafkaFixture.open(driver);
    await fixture.storeDeadLetters(10);
    await fixture
      .connection()
      .redrive(fixture.plan({ wants: (deadLetter) => [2, 3, 8].includes(numberIn(deadLetter)) }));
    driver.trim({ topic: fixture.deadLetters, partition: 0, offset: 6 });

    const rest = await fixture.connection().redrive(fixture.plan());

    expect(rest).toEqual({ seen: 3, moved: 3, left: 0 });
    expect(await fixture.redelivered()).toEqual([2, 3, 6, 7, 8, 9]);
  });

  it('ends if retention removes the rest while it waits for it', async () => {
    const fixture = await KafkaFixture.open(driver, 2);
    await fixture.storeDeadLetters(6, 2);
    const trimmed = assignmentsOf(driver, () => {
      for (const partition of [0, 1]) {
        driver.trim({ topic: fixture.deadLetters, partition, offset: 3 });
      }
    });

    const progress = await new KafkaFixture(trimmed, fixture.topic, fixture.group)
      .connection()
      .redrive(fixture.plan());

    expect(progress).toEqual({ seen: 0, moved: 0, left: 0 });
    expect(await driver.committed(fixture.redriveGroup, fixture.deadLetters)).toEqual(new Map());
  });

  it('waits while Kafka is unavailable, and loses or repeats nothing that was acknowledged', async () => {
    const fixture = await KafkaFixture.open(driver);
    await fixture.storeDeadLetters(300);
    let wasUnavailable = false;

    const end = await fixture.connection().redrive(
      fixture.plan({
        onProgress: () => {
          if (wasUnavailable) return;
          wasUnavailable = true;
          driver.makeUnavailable();
          setImmediate(() => driver.makeAvailable());
        },
      }),
    );

    expect(end).toEqual({ seen: 300, moved: 300, left: 0 });
    expect(await fixture.redelivered()).toEqual(upTo(300));
  });

  it('stops before what it has moved is too scattered to be recorded', async () => {
    const fixture = await KafkaFixture.open(driver);
    await fixture.storeDeadLetters(19_000);
    const wants = (deadLetter: Parameters<typeof numberIn>[0]): boolean =>
      numberIn(deadLetter) % 3 > 0;

    await expect(fixture.connection().redrive(fixture.plan({ wants }))).rejects.toMatchObject({
      code: 'TL_KAFKA_REDRIVE_SCATTERED',
    });

    const moved = await fixture.redelivered();
    expect(moved.length).toBeGreaterThan(10_000);
    const rest = await fixture.connection().redrive(fixture.plan());
    expect(rest.moved).toBe(19_000 - moved.length);
    expect(await fixture.redelivered()).toEqual(upTo(19_000));
  });

  it('ends with the error of a filter that throws, and records what it has moved', async () => {
    const fixture = await KafkaFixture.open(driver);
    await fixture.storeDeadLetters(250);
    const wants = (deadLetter: Parameters<typeof numberIn>[0]): boolean => {
      if (numberIn(deadLetter) === 220) throw new TypeError('of the filter');
      return true;
    };

    await expect(fixture.connection().redrive(fixture.plan({ wants }))).rejects.toThrow(
      'of the filter',
    );

    const moved = await fixture.redelivered();
    expect(moved).toEqual(upTo(200));
    await fixture.connection().redrive(fixture.plan());
    expect(await fixture.redelivered()).toEqual(upTo(250));
  });

  it('rejects if there is no such topic', async () => {
    const fixture = await KafkaFixture.open(driver);

    await expect(
      fixture.connection().redrive(fixture.plan({ from: 'nothing' })),
    ).rejects.toMatchObject({ code: 'TL_KAFKA_TOPIC_MISSING' });
  });
});
