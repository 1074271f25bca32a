import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { memory, type MemoryDriver } from '../drivers/index.js';
import { assignmentsOf, numberIn, Scene, upTo } from '../kafka.fixture.js';

Logger.overrideLogger(false);

describe('a redrive comes to its end, and', () => {
  let driver: MemoryDriver;

  beforeEach(() => {
    driver = memory();
  });

  afterEach(() => driver.close());

  it('stops on its signal with what it has moved, and goes on from there', async () => {
    const scene = await Scene.open(driver);
    await scene.lay(500);
    const stopping = new AbortController();

    const first = await scene.connection().redrive(
      scene.plan({
        signal: stopping.signal,
        onProgress: ({ moved }) => {
          if (moved >= 200) stopping.abort();
        },
      }),
    );

    expect(first.moved).toBe(200);
    expect(await scene.cameBack()).toEqual(upTo(200));
    const rest = await scene.connection().redrive(scene.plan());
    expect(rest.moved).toBe(300);
    expect(await scene.cameBack()).toEqual(upTo(500));
  });

  it('stops on its signal while it waits for a turn', async () => {
    const scene = await Scene.open(driver);
    await scene.lay(3);
    const stopping = new AbortController();
    let turns = 0;

    const progress = await scene.connection().redrive(
      scene.plan({
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
    expect(await scene.cameBack()).toEqual(upTo(progress.moved));
    await scene.connection().redrive(scene.plan());
    expect(await scene.cameBack()).toEqual(upTo(3));
  });

  it('ends where its connection is closed', async () => {
    const scene = await Scene.open({ ...driver, close: () => Promise.resolve() });
    await scene.lay(2);
    const connection = scene.connection();
    const asked = Promise.withResolvers<undefined>();
    const redriving = connection.redrive(
      scene.plan({
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

  it('ends at once where there is nothing, and where retention has removed all of it', async () => {
    const scene = await Scene.open(driver, 2);
    expect(await scene.connection().redrive(scene.plan())).toEqual({ seen: 0, moved: 0, left: 0 });

    await scene.lay(6, 2);
    for (const partition of [0, 1]) {
      driver.trim({ topic: scene.deadLetters, partition, offset: 3 });
    }

    expect(await scene.connection().redrive(scene.plan())).toEqual({ seen: 0, moved: 0, left: 0 });
  });

  it('moves what retention has left, whatever was moved before', async () => {
    const scene = await Scene.open(driver);
    await scene.lay(10);
    await scene
      .connection()
      .redrive(scene.plan({ wants: (letter) => [2, 3, 8].includes(numberIn(letter)) }));
    driver.trim({ topic: scene.deadLetters, partition: 0, offset: 6 });

    const rest = await scene.connection().redrive(scene.plan());

    expect(rest).toEqual({ seen: 3, moved: 3, left: 0 });
    expect(await scene.cameBack()).toEqual([2, 3, 6, 7, 8, 9]);
  });

  it('ends where retention removes what is left while it waits for it', async () => {
    const scene = await Scene.open(driver, 2);
    await scene.lay(6, 2);
    const trimmed = assignmentsOf(driver, () => {
      for (const partition of [0, 1]) {
        driver.trim({ topic: scene.deadLetters, partition, offset: 3 });
      }
    });

    const progress = await new Scene(trimmed, scene.topic, scene.group)
      .connection()
      .redrive(scene.plan());

    expect(progress).toEqual({ seen: 0, moved: 0, left: 0 });
    expect(await driver.committed(scene.redriveGroup, scene.deadLetters)).toEqual(new Map());
  });

  it('waits for a Kafka that is away, and loses and doubles nothing that was answered', async () => {
    const scene = await Scene.open(driver);
    await scene.lay(300);
    let wasAway = false;

    const end = await scene.connection().redrive(
      scene.plan({
        onProgress: () => {
          if (wasAway) return;
          wasAway = true;
          driver.goAway();
          setImmediate(() => driver.comeBack());
        },
      }),
    );

    expect(end).toEqual({ seen: 300, moved: 300, left: 0 });
    expect(await scene.cameBack()).toEqual(upTo(300));
  });

  it('stops where what it moves lies too scattered to be remembered, before it moves too much', async () => {
    const scene = await Scene.open(driver);
    await scene.lay(19_000);
    const wants = (letter: Parameters<typeof numberIn>[0]): boolean => numberIn(letter) % 3 > 0;

    await expect(scene.connection().redrive(scene.plan({ wants }))).rejects.toMatchObject({
      code: 'TL_KAFKA_REDRIVE_SCATTERED',
    });

    const moved = await scene.cameBack();
    expect(moved.length).toBeGreaterThan(10_000);
    const rest = await scene.connection().redrive(scene.plan());
    expect(rest.moved).toBe(19_000 - moved.length);
    expect(await scene.cameBack()).toEqual(upTo(19_000));
  });

  it('ends with the error of a filter that throws, and remembers what it has moved', async () => {
    const scene = await Scene.open(driver);
    await scene.lay(250);
    const wants = (letter: Parameters<typeof numberIn>[0]): boolean => {
      if (numberIn(letter) === 220) throw new TypeError('of the filter');
      return true;
    };

    await expect(scene.connection().redrive(scene.plan({ wants }))).rejects.toThrow(
      'of the filter',
    );

    const moved = await scene.cameBack();
    expect(moved).toEqual(upTo(200));
    await scene.connection().redrive(scene.plan());
    expect(await scene.cameBack()).toEqual(upTo(250));
  });

  it('says that there is no such topic', async () => {
    const scene = await Scene.open(driver);

    await expect(scene.connection().redrive(scene.plan({ from: 'nothing' }))).rejects.toMatchObject(
      { code: 'TL_KAFKA_TOPIC_MISSING' },
    );
  });
});
