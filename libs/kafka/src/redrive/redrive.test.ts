import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { RedriveProgress } from 'throughline/transport';
import { memory, type MemoryDriver } from '../drivers/index.js';
import { numberIn, Scene, upTo } from '../kafka.fixture.js';

Logger.overrideLogger(false);

describe('a redrive', () => {
  let driver: MemoryDriver;

  beforeEach(() => {
    driver = memory();
  });

  afterEach(() => driver.close());

  it('moves all letters to where only their group reads them, as they are', async () => {
    const scene = await Scene.open(driver, 3);
    await scene.lay(250, 3);
    const letters = await scene.read(scene.deadLetters);

    const progress = await scene.connection().redrive(scene.plan());

    expect(progress).toEqual({ seen: 250, moved: 250, left: 0 });
    const back = await scene.read(scene.retries);
    const plain = (all: typeof back): unknown =>
      all
        .map(({ key, value, headers }) => ({ key, value, headers }))
        .toSorted((a, b) => Buffer.compare(a.value ?? Buffer.alloc(0), b.value ?? Buffer.alloc(0)));
    expect(plain(back)).toEqual(plain(letters));
    expect(await scene.read(scene.topic)).toEqual([]);
    expect(await scene.read(scene.deadLetters)).toHaveLength(250);
  });

  it('moves them into the topic that they came from where that is asked for', async () => {
    const scene = await Scene.open(driver);
    await scene.lay(5);

    await scene.connection().redrive(scene.plan({ to: 'source' }));

    expect(await scene.cameBack(scene.topic)).toEqual(upTo(5));
    expect(await scene.read(scene.retries)).toEqual([]);
  });

  it('remembers what it moved: another one moves what has come since', async () => {
    const scene = await Scene.open(driver);
    await scene.lay(5);
    const connection = scene.connection();
    await connection.redrive(scene.plan());
    await scene.lay(3, 1, 5);

    const progress = await connection.redrive(scene.plan());

    expect(progress).toEqual({ seen: 3, moved: 3, left: 0 });
    expect(await scene.cameBack()).toEqual(upTo(8));
  });

  it('leaves what is not wanted, and another one finds just that', async () => {
    const scene = await Scene.open(driver, 2);
    await scene.lay(300, 2);
    const asked: number[] = [];
    const wants = (even: boolean) => (letter: Parameters<typeof numberIn>[0]) => {
      asked.push(numberIn(letter));
      return numberIn(letter) % 4 < 2 === even;
    };

    const first = await scene.connection().redrive(scene.plan({ wants: wants(true) }));
    expect(first).toEqual({ seen: 300, moved: 150, left: 150 });
    const again = await scene.connection().redrive(scene.plan({ wants: wants(true) }));
    expect(again).toEqual({ seen: 150, moved: 0, left: 150 });
    const rest = await scene.connection().redrive(scene.plan({ wants: wants(false) }));

    expect(rest).toEqual({ seen: 150, moved: 150, left: 0 });
    expect(await scene.cameBack()).toEqual(upTo(300));
    expect(asked).toHaveLength(300 + 150 + 150);
  });

  it('tells the id, the key and the headers of each letter', async () => {
    const scene = await Scene.open(driver);
    await scene.lay(2);
    const letters: unknown[] = [];

    await scene.connection().redrive(
      scene.plan({
        wants: ({ id, key, headers }) => {
          letters.push([id, key, Object.keys(headers)]);
          return true;
        },
      }),
    );

    expect(letters).toEqual(
      upTo(2).map((at) => [`${scene.deadLetters}/0/${at}`, `key-${at}`, ['dead-letter', 'own']]),
    );
  });

  it('can look only, honours what was moved before, and remembers nothing', async () => {
    const scene = await Scene.open(driver, 2);
    await scene.lay(10, 2);
    const connection = scene.connection();
    await connection.redrive(scene.plan({ wants: (letter) => numberIn(letter) < 4 }));
    const before = await driver.committed(scene.redriveGroup, scene.deadLetters);

    const dry = await connection.redrive(
      scene.plan({ isDry: true, wants: (letter) => numberIn(letter) < 7 }),
    );

    expect(dry).toEqual({ seen: 6, moved: 3, left: 3 });
    expect(await scene.cameBack()).toEqual(upTo(4));
    expect(await driver.committed(scene.redriveGroup, scene.deadLetters)).toEqual(before);
  });

  it('moves nothing before its turn, and at once what has had it', async () => {
    const scene = await Scene.open(driver);
    await scene.lay(4);
    const turns: (() => void)[] = [];
    const asked = Promise.withResolvers<undefined>();
    const redriving = scene.connection().redrive(
      scene.plan({
        turn: () =>
          new Promise((resolve) => {
            turns.push(resolve);
            if (turns.length === 3) asked.resolve(undefined);
            if (turns.length <= 2) resolve();
            if (turns.length > 3) resolve();
          }),
      }),
    );

    await asked.promise;
    await untilMoved(driver, scene, 2);
    expect(await scene.cameBack()).toEqual([0, 1]);

    turns[2]?.();
    await redriving;
    expect(await scene.cameBack()).toEqual(upTo(4));
  });

  it('tells its progress, ever rising, up to what it ends with', async () => {
    const scene = await Scene.open(driver, 2);
    await scene.lay(450, 2);
    const told: RedriveProgress[] = [];

    const end = await scene.connection().redrive(
      scene.plan({
        wants: (letter) => numberIn(letter) % 9 > 0,
        onProgress: (progress) => told.push(progress),
      }),
    );

    expect(told.length).toBeGreaterThan(2);
    expect(told.map(({ seen }) => seen)).toEqual(
      told.map(({ seen }) => seen).toSorted((a, b) => a - b),
    );
    expect(told.at(-1)).toEqual(end);
    expect(end).toEqual({ seen: 450, moved: 400, left: 50 });
  });
});

async function untilMoved(driver: MemoryDriver, scene: Scene, count: number): Promise<void> {
  for (;;) {
    const ends = await driver.offsets(scene.retries, 'latest');
    if ((ends.get(0) ?? 0) >= count) return;
  }
}
