import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { InboundMessage, Source } from 'throughline/transport';
import type { TestFramework } from 'throughline/conformance';
import type { KafkaDriver } from '../driver.js';
import { KafkaFixture, upTo } from '../kafka.fixture.js';
import type { LogControl } from './log-control.fixture.js';
import { OpenSink } from './sink.fixture.js';
import { createTopics } from 'throughline/conformance';

const DONE = { kind: 'ack', as: 'done' } as const;

interface Started {
  readonly source: Source;
  readonly sink: OpenSink;
}

/** What a group reads after its log, or its commit, has changed in other ways than by new records. */
export function describeChangingLogs(
  { it: test, beforeAll, afterAll }: TestFramework,
  open: () => { readonly driver: KafkaDriver; readonly control: LogControl },
): void {
  let driver: KafkaDriver;
  let control: LogControl;
  let running: Source[] = [];

  beforeAll(() => {
    ({ driver, control } = open());
    return Promise.resolve();
  });
  afterAll(async () => {
    await control.close();
    await driver.close();
  });

  const it = (title: string, body: () => Promise<void>): void => {
    test(
      title,
      async () => {
        try {
          await body();
        } finally {
          await Promise.all(running.map(stop));
          running = [];
        }
      },
      60_000,
    );
  };
  const stop = (source: Source): Promise<void> => source.stop(AbortSignal.timeout(2_000));
  const start = async (
    fixture: KafkaFixture,
    from: 'earliest' | 'latest' = 'earliest',
  ): Promise<Started> => {
    const source = fixture.connection({ from }).source({ handlers: [fixture.handler] });
    running.push(source);
    const sink = new OpenSink();
    await source.start(sink);
    return { source, sink };
  };
  const ack = (source: Source, inbounds: readonly InboundMessage[]): void =>
    void source.settle(inbounds.map((inbound) => ({ inbound, outcome: DONE })));
  /** Receives and acknowledges records until so many were received. */
  const receive = async ({ source, sink }: Started, count: number): Promise<void> => {
    await sink.until(`${count} records`, () => sink.received.length >= count);
    ack(source, sink.received);
  };
  /** Processes records, and commits them by leaving the group. */
  const processAndStop = async (fixture: KafkaFixture, count: number): Promise<void> => {
    const started = await start(fixture);
    await receive(started, count);
    await stop(started.source);
  };
  const recreate = async ({ topic }: KafkaFixture): Promise<void> => {
    await control.deleteTopic(topic);
    await untilGone(driver, topic);
    await createTopics(driver, [{ name: topic, partitions: 1 }]);
  };
  const idsOf = ({ topic }: KafkaFixture, offsets: readonly number[]): readonly string[] =>
    offsets.map((offset) => `${topic}/0/${offset}`);
  const distinct = (ids: readonly string[]): readonly string[] => [...new Set(ids)];

  it('reads all of a topic that was deleted and created again while the process ran', async () => {
    const fixture = await KafkaFixture.open(driver);
    await fixture.send(fixture.topic, 20);
    const started = await start(fixture);
    await receive(started, 20);

    await recreate(fixture);
    await fixture.send(fixture.topic, 30);

    const all = idsOf(fixture, upTo(30));
    const { sink } = started;
    await sink.until('all of the new log', () => all.every((id) => sink.ids(20).includes(id)));
    ack(started.source, sink.received);
    await stop(started.source);
    const committed = await driver.committed(fixture.group, fixture.topic);
    assert.equal(committed.get(0)?.offset, 30);
  });

  it('reads all of a topic that was created again while no process ran, even if its commit is in range', async () => {
    const fixture = await KafkaFixture.open(driver);
    await fixture.send(fixture.topic, 20);
    await processAndStop(fixture, 20);
    const commits = await driver.committed(fixture.group, fixture.topic);

    await recreate(fixture);
    await control.resetCommits(
      fixture.group,
      [...commits].map(([partition, commit]) => ({ topic: fixture.topic, partition, ...commit })),
    );
    await fixture.send(fixture.topic, 10);
    const { sink } = await start(fixture);
    await sink.until('the first ten', () => sink.received.length >= 10);
    await fixture.send(fixture.topic, 15);

    const all = idsOf(fixture, upTo(25));
    await sink.until('all of the new log', () => all.every((id) => sink.ids().includes(id)));
  });

  it('follows a commit that was reset from outside', async () => {
    const fixture = await KafkaFixture.open(driver);
    await fixture.send(fixture.topic, 20);
    await processAndStop(fixture, 20);

    const { topic } = fixture;
    await control.resetCommits(fixture.group, [{ topic, partition: 0, offset: 5, metadata: '' }]);
    const { sink } = await start(fixture);

    await sink.until('the last fifteen', () => sink.received.length >= 15);
    assert.deepEqual(
      sink.ids(),
      idsOf(
        fixture,
        upTo(20).filter((offset) => offset >= 5),
      ),
    );
  });

  it('continues at the start of the log if retention has passed the commit, even if it reads new groups from the end', async () => {
    const fixture = await KafkaFixture.open(driver);
    await fixture.send(fixture.topic, 5);
    await processAndStop(fixture, 5);
    await fixture.send(fixture.topic, 15);
    await control.trim({ topic: fixture.topic, partition: 0, offset: 8 });

    const { sink } = await start(fixture, 'latest');

    await sink.until('what is left', () => sink.received.length >= 12);
    assert.deepEqual(
      sink.ids(),
      idsOf(
        fixture,
        upTo(20).filter((offset) => offset >= 8),
      ),
    );
  });

  it('commits where a new group starts, so that its first message is not lost if it crashes', async () => {
    const fixture = await KafkaFixture.open(driver);
    await fixture.send(fixture.topic, 3);
    const { sink } = await start(fixture, 'latest');
    await fixture.send(fixture.topic, 1);
    await sink.until('the first message', () => sink.received.length === 1);

    const committed = await driver.committed(fixture.group, fixture.topic);

    assert.equal(committed.get(0)?.offset, 3);
  });

  it('reads its other topic while one is missing, and reads that one when it is there again', async () => {
    const fixture = await KafkaFixture.open(driver);
    await fixture.send(fixture.topic, 1);
    const started = await start(fixture);
    await receive(started, 1);

    await control.deleteTopic(fixture.topic);
    await untilGone(driver, fixture.topic);
    await fixture.send(fixture.retries, 5);

    const { sink } = started;
    await sink.until('those of the other topic', () => sink.received.length >= 6);
    await createTopics(driver, [{ name: fixture.topic, partitions: 1 }]);
    await fixture.send(fixture.topic, 4);
    const all = idsOf(fixture, upTo(4));
    await sink.until('those of the new topic', () =>
      all.every((id) => distinct(sink.ids(1)).includes(id)),
    );
  });
}

/** A broker deletes a topic in the background. */
async function untilGone(driver: KafkaDriver, topic: string): Promise<void> {
  while ((await driver.describe([topic])).has(topic)) await pause(50);
}
