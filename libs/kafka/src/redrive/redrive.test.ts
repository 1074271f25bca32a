import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { RedriveProgress } from 'throughline/transport';
import { memory, type MemoryDriver } from '../drivers/index.js';
import { numberIn, KafkaFixture, upTo } from '../kafka.fixture.js';

Logger.overrideLogger(false);

describe('a redrive', () => {
  let driver: MemoryDriver;

  beforeEach(() => {
    driver = memory();
  });

  afterEach(() => driver.close());

  it('moves all dead letters unchanged to the topic that only their group reads', async () => {
    const fixture = await KafkaFixture.open(driver, 3);
    await fixture.storeDeadLetters(250, 3);
    const deadLetters = await fixture.read(fixture.deadLetters);

    const progress = await fixture.connection().redrive(fixture.plan());

    expect(progress).toEqual({ seen: 250, moved: 250, left: 0 });
    const back = await fixture.read(fixture.retries);
    const plain = (all: typeof back): unknown =>
      all
        .map(({ key, value, headers }) => ({ key, value, headers }))
        .toSorted((a, b) => Buffer.compare(a.value ?? Buffer.alloc(0), b.value ?? Buffer.alloc(0)));
    expect(plain(back)).toEqual(plain(deadLetters));
    expect(await fixture.read(fixture.topic)).toEqual([]);
    expect(await fixture.read(fixture.deadLetters)).toHaveLength(250);
  });

  it('moves them to the topic that they came from if asked to', async () => {
    const fixture = await KafkaFixture.open(driver);
    await fixture.storeDeadLetters(5);

    await fixture.connection().redrive(fixture.plan({ to: 'source' }));

    expect(await fixture.redelivered(fixture.topic)).toEqual(upTo(5));
    expect(await fixture.read(fixture.retries)).toEqual([]);
  });

  it('records what it moved: the next redrive moves only newer dead letters', async () => {
    const fixture = await KafkaFixture.open(driver);
    await fixture.storeDeadLetters(5);
    const connection = fixture.connection();
    await connection.redrive(fixture.plan());
    await fixture.storeDeadLetters(3, 1, 5);

    const progress = await connection.redrive(fixture.plan());

    expect(progress).toEqual({ seen: 3, moved: 3, left: 0 });
    expect(await fixture.redelivered()).toEqual(upTo(8));
  });

  it('leaves what is not wanted, and the next redrive finds just that', async () => {
    const fixture = await KafkaFixture.open(driver, 2);
    await fixture.storeDeadLetters(300, 2);
    const asked: number[] = [];
    const wants = (even: boolean) => (deadLetter: Parameters<typeof numberIn>[0]) => {
      asked.push(numberIn(deadLetter));
      return numberIn(deadLetter) % 4 < 2 === even;
    };

    const first = await fixture.connection().redrive(fixture.plan({ wants: wants(true) }));
    expect(first).toEqual({ seen: 300, moved: 150, left: 150 });
    const again = await fixture.connection().redrive(fixture.plan({ wants: wants(true) }));
    expect(again).toEqual({ seen: 150, moved: 0, left: 150 });
    const rest = await fixture.connection().redrive(fixture.plan({ wants: wants(false) }));

    expect(rest).toEqual({ seen: 150, moved: 150, left: 0 });
    expect(await fixture.redelivered()).toEqual(upTo(300));
    expect(asked).toHaveLength(300 + 150 + 150);
  });

  it('passes the id, the key and the headers of each dead letter', async () => {
    const fixture = await KafkaFixture.open(driver);
    await fixture.storeDeadLetters(2);
    const deadLetters: unknown[] = [];

    await fixture.connection().redrive(
      fixture.plan({
        wants: ({ id, key, headers }) => {
          deadLetters.push([id, key, Object.keys(headers)]);
          return true;
        },
      }),
    );

    expect(deadLetters).toEqual(
      upTo(2).map((at) => [`${fixture.deadLetters}/0/${at}`, `key-${at}`, ['dead-letter', 'own']]),
    );
  });

  it('can run dry: it respects what was moved before, and records nothing', async () => {
    const fixture = await KafkaFixture.open(driver, 2);
    await fixture.storeDeadLetters(10, 2);
    const connection = fixture.connection();
    await connection.redrive(fixture.plan({ wants: (deadLetter) => numberIn(deadLetter) < 4 }));
    const before = await driver.committed(fixture.redriveGroup, fixture.deadLetters);

    const dry = await connection.redrive(
      fixture.plan({ isDry: true, wants: (deadLetter) => numberIn(deadLetter) < 7 }),
    );

    expect(dry).toEqual({ seen: 6, moved: 3, left: 3 });
    expect(await fixture.redelivered()).toEqual(upTo(4));
    expect(await driver.committed(fixture.redriveGroup, fixture.deadLetters)).toEqual(before);
  });

  it('moves nothing before its turn, and at once what has had its turn', async () => {
    const fixture = await KafkaFixture.open(driver);
    await fixture.storeDeadLetters(4);
    const turns: (() => void)[] = [];
    const asked = Promise.withResolvers<undefined>();
    const redriving = fixture.connection().redrive(
      fixture.plan({
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
    await untilMoved(driver, fixture, 2);
    expect(await fixture.redelivered()).toEqual([0, 1]);

    turns[2]?.();
    await redriving;
    expect(await fixture.redelivered()).toEqual(upTo(4));
  });

  it('reports ascending progress, up to its result', async () => {
    const fixture = await KafkaFixture.open(driver, 2);
    await fixture.storeDeadLetters(450, 2);
    const reported: RedriveProgress[] = [];

    const end = await fixture.connection().redrive(
      fixture.plan({
        wants: (deadLetter) => numberIn(deadLetter) % 9 > 0,
        onProgress: (progress) => reported.push(progress),
      }),
    );

    expect(reported.length).toBeGreaterThan(2);
    expect(reported.map(({ seen }) => seen)).toEqual(
      reported.map(({ seen }) => seen).toSorted((a, b) => a - b),
    );
    expect(reported.at(-1)).toEqual(end);
    expect(end).toEqual({ seen: 450, moved: 400, left: 50 });
  });
});

async function untilMoved(
  driver: MemoryDriver,
  fixture: KafkaFixture,
  count: number,
): Promise<void> {
  for (;;) {
    const ends = await driver.offsets(fixture.retries, 'latest');
    if ((ends.get(0) ?? 0) >= count) return;
  }
}
