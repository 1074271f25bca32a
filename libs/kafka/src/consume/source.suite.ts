import assert from 'node:assert/strict';
import type { InboundMessage, SeekTarget, Source } from 'throughline/transport';
import type { KafkaDriver } from '../driver.js';
import type { TestFramework } from 'throughline/conformance';
import { KafkaFixture } from '../kafka.fixture.js';
import { OpenSink } from './sink.fixture.js';
import { createTopics } from 'throughline/conformance';

const DONE = { kind: 'ack', as: 'done' } as const;

interface Started {
  readonly source: Source;
  readonly sink: OpenSink;
}

/** How a source is inspected and moved, on any driver. */
export function describeKafkaSource(
  { it: test, beforeAll, afterAll }: TestFramework,
  open: () => KafkaDriver,
): void {
  let driver: KafkaDriver;
  let running: Source[] = [];

  beforeAll(() => {
    driver = open();
    return Promise.resolve();
  });
  afterAll(() => driver.close());

  const it = (title: string, body: () => Promise<void>): void => {
    test(title, async () => {
      try {
        await body();
      } finally {
        await Promise.all(running.map((source) => source.stop(AbortSignal.timeout(1_000))));
        running = [];
      }
    });
  };
  const sourceOf = (fixture: KafkaFixture, from: 'earliest' | 'latest' = 'earliest'): Started => {
    const source = fixture.connection({ from }).source({ handlers: [fixture.handler] });
    running.push(source);
    return { source: source, sink: new OpenSink() };
  };
  const start = async (fixture: KafkaFixture, from?: 'earliest' | 'latest'): Promise<Started> => {
    const started = sourceOf(fixture, from);
    await started.source.start(started.sink);
    return started;
  };
  const ack = async (
    source: Started['source'],
    inbounds: readonly InboundMessage[],
  ): Promise<void> => source.settle(inbounds.map((inbound) => ({ inbound, outcome: DONE })));
  const committed = async (fixture: KafkaFixture): Promise<readonly (number | undefined)[]> => {
    const of = await driver.committed(fixture.group, fixture.topic);
    return [0, 1].map((partition) => of.get(partition)?.offset);
  };

  it('reports what is assigned, and how many messages of each channel are not done, including redriven ones', async () => {
    const fixture = await KafkaFixture.open(driver, 2);
    const early = sourceOf(fixture);
    assert.deepEqual(await early.source.inspect(), {
      isConnected: false,
      assigned: [],
      lag: new Map([[fixture.topic, 0]]),
    });
    await fixture.send(fixture.topic, 10, 2);
    await fixture.send(fixture.retries, 3, 2);

    const { source, sink } = await start(fixture);
    await sink.until('all records', () => sink.received.length === 13);
    const { topic } = fixture;
    await ack(
      source,
      sink.received.filter(({ id }) =>
        [`${topic}/0/0`, `${topic}/0/3`, `${topic}/1/4`].includes(id),
      ),
    );

    const { isConnected, assigned, lag } = await source.inspect();
    assert.equal(isConnected, true);
    assert.deepEqual(
      assigned.toSorted(),
      [fixture.topic, fixture.retries].flatMap((name) => [`${name}/0`, `${name}/1`]).toSorted(),
    );
    assert.deepEqual(lag, new Map([[fixture.topic, 10]]));
    await source.stop(AbortSignal.timeout(1_000));
    assert.equal((await source.inspect()).isConnected, false);
  });

  it('counts no messages before the end of a topic that it reads from there', async () => {
    const fixture = await KafkaFixture.open(driver, 2);
    await fixture.send(fixture.topic, 10, 2);

    const { source } = await start(fixture, 'latest');

    assert.deepEqual((await source.inspect()).lag, new Map([[fixture.topic, 0]]));
  });

  it('delivers redriven dead letters to the handler of the channel', async () => {
    const fixture = await KafkaFixture.open(driver);
    await fixture.send(fixture.retries, 1);

    const { sink } = await start(fixture);
    await sink.until('it', () => sink.received.length === 1);

    assert.deepEqual(
      sink.received.map(({ origin }) => origin),
      [{ channel: fixture.topic, name: `${fixture.retries}/0` }],
    );
  });

  it('moves to the beginning, drops what waits, and does not record what was in progress', async () => {
    const fixture = await KafkaFixture.open(driver, 2);
    await fixture.send(fixture.topic, 10, 2);
    await fixture.send(fixture.retries, 2, 2);
    const { source, sink } = await start(fixture);
    await sink.until('all records', () => sink.received.length === 12);
    const before = sink.ids();
    await ack(source, sink.received.slice(0, 6));
    const inProgress = sink.received.slice(6);

    const moved = await source.seek?.(fixture.topic, 'earliest');

    const own = [`${fixture.topic}/0`, `${fixture.topic}/1`];
    assert.deepEqual(moved?.toSorted(), own);
    assert.deepEqual(sink.dropped.toSorted(), own);
    assert.deepEqual(await committed(fixture), [0, 0]);
    await sink.until('all of the topic again', () => sink.received.length === 22);
    assert.deepEqual(
      sink.ids(12).toSorted(),
      before.filter((id) => !id.startsWith(fixture.retries)).toSorted(),
    );
    await ack(source, inProgress);
    await source.stop(AbortSignal.timeout(1_000));
    assert.deepEqual(await committed(fixture), [0, 0]);
  });

  it('moves to the end', async () => {
    const fixture = await KafkaFixture.open(driver, 2);
    await fixture.send(fixture.topic, 10, 2);
    const { source, sink } = await start(fixture);
    await sink.until('all records', () => sink.received.length === 10);

    await source.seek?.(fixture.topic, 'latest');

    assert.deepEqual(await committed(fixture), [5, 5]);
    assert.deepEqual((await source.inspect()).lag, new Map([[fixture.topic, 0]]));
    await fixture.send(fixture.topic, 2, 2);
    await sink.until('what came next', () => sink.received.length === 12);
    assert.deepEqual(sink.ids(10).toSorted(), [`${fixture.topic}/0/5`, `${fixture.topic}/1/5`]);
  });

  it('moves to a time', async () => {
    const fixture = await KafkaFixture.open(driver, 2);
    await fixture.send(fixture.topic, 4, 2);
    const { source, sink } = await start(fixture);
    await sink.until('all records', () => sink.received.length === 4);
    const last = Math.max(...sink.received.map(({ incoming }) => incoming.sentAt ?? 0));

    await source.seek?.(fixture.topic, new Date(last + 1));
    assert.deepEqual(await committed(fixture), [2, 2]);

    await source.seek?.(fixture.topic, new Date(0));
    await sink.until('all of them again', () => sink.received.length === 8);
    assert.deepEqual(await committed(fixture), [0, 0]);
  });

  it('moves to an offset of one partition, and leaves the others', async () => {
    const fixture = await KafkaFixture.open(driver, 2);
    await fixture.send(fixture.topic, 10, 2);
    const { source, sink } = await start(fixture);
    await sink.until('all records', () => sink.received.length === 10);
    await ack(source, sink.received);

    const moved = await source.seek?.(fixture.topic, { partition: 1, offset: 3 });

    assert.deepEqual(moved, [`${fixture.topic}/1`]);
    await sink.until('two again', () => sink.received.length === 12);
    assert.deepEqual(sink.ids(10), [`${fixture.topic}/1/3`, `${fixture.topic}/1/4`]);
    assert.deepEqual(await committed(fixture), [5, 3]);
  });

  const impossible: readonly (readonly [string, SeekTarget])[] = [
    ['an offset beyond the end', { partition: 0, offset: 6 }],
    ['an offset below zero', { partition: 0, offset: -1 }],
    ['a partition that does not exist', { partition: 2, offset: 0 }],
    ['an invalid date', new Date(Number.NaN)],
  ];
  for (const [what, target] of impossible) {
    it(`refuses ${what}, and stays where it is`, async () => {
      const fixture = await KafkaFixture.open(driver, 2);
      await fixture.send(fixture.topic, 10, 2);
      const { source, sink } = await start(fixture);
      await sink.until('all records', () => sink.received.length === 10);

      await assert.rejects(Promise.resolve(source.seek?.(fixture.topic, target)), {
        code: 'TL_KAFKA_OFFSET_INVALID',
      });

      assert.deepEqual(sink.dropped, []);
      assert.deepEqual(await committed(fixture), [undefined, undefined]);
    });
  }

  it('moves nothing of a channel that it does not read', async () => {
    const fixture = await KafkaFixture.open(driver, 2);
    const { source } = await start(fixture);

    assert.deepEqual(await source.seek?.('elsewhere', 'earliest'), []);
  });

  it('keeps a seek over a rebalance, and for the next process', async () => {
    const fixture = await KafkaFixture.open(driver, 2);
    await fixture.send(fixture.topic, 10, 2);
    const first = await start(fixture);
    await first.sink.until('all records', () => first.sink.received.length === 10);
    await ack(first.source, first.sink.received);
    await first.source.seek?.(fixture.topic, { partition: 0, offset: 4 });
    await first.source.seek?.(fixture.topic, { partition: 1, offset: 4 });
    await first.sink.until('one of each again', () => first.sink.received.length === 12);

    const second = await start(fixture);
    await second.sink.until('the other’s record', () => second.sink.received.length === 1);
    await second.source.stop(AbortSignal.timeout(1_000));
    await first.source.stop(AbortSignal.timeout(1_000));
    const third = await start(fixture);
    await third.sink.until('one of each', () => third.sink.received.length === 2);

    assert.deepEqual(third.sink.ids().toSorted(), [`${fixture.topic}/0/4`, `${fixture.topic}/1/4`]);
  });

  it('reads on from a partition that was paused for lack of capacity once it has been with another member', async () => {
    const fixture = await KafkaFixture.open(driver, 2);
    const { source, sink } = await start(fixture);
    sink.setCapacity(0);
    await fixture.send(fixture.topic, 2, 2);
    await sink.until('one of each', () => sink.received.length === 2);
    await ack(source, sink.received);

    const other = await start(fixture);
    await fixture.send(fixture.topic, 2, 2);
    await other.sink.until('its share', () => other.sink.received.length === 1);
    const origins = sink.received.map(({ origin }) => origin.name);
    sink.setCapacity(1_000, origins);
    await ack(other.source, other.sink.received);
    await other.source.stop(AbortSignal.timeout(1_000));
    await fixture.send(fixture.topic, 2, 2);

    const third = origins.map((name) => `${name}/2`);
    await sink.until('the third of each', () => third.every((id) => sink.ids().includes(id)));
  });

  it('reports the retention of a topic', async () => {
    const fixture = await KafkaFixture.open(driver);
    const name = `${fixture.topic}-hour`;
    await createTopics(driver, [{ name, partitions: 1, config: { 'retention.ms': '3600000' } }]);

    assert.equal(await fixture.connection().retention({ name }), 3_600_000);
  });
}
