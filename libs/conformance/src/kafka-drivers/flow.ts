import assert from 'node:assert/strict';

import type { TestFramework } from '../framework.js';
import { rejectsWith, DriverFixture, texts, type OpenDriver } from './driver-fixture.js';

/** Pausing, stopping, and surviving a listener that breaks its contract. */
export function describeFlow({ describe, it }: TestFramework, open: () => OpenDriver): void {
  describe('flow', () => {
    it('pauses exactly, and continues where it was', () =>
      DriverFixture.run(open(), 2, async (fixture) => {
        const { consumer, recorder } = await fixture.started();
        const paused = { topic: fixture.topic, partition: 0 };
        await fixture.sendTexts(texts('a', 10), 2);
        await recorder.until('the first round', () => recorder.seen.length === 10);

        consumer.pause([paused]);
        await fixture.sendTexts(texts('b', 10), 2);
        await recorder.until('the other partition', () => recorder.seen.length === 15);
        await fixture.send({ partition: 1, value: Buffer.from('extra') });
        await recorder.until('it again', () => recorder.texts.includes('extra'));
        assert.equal(recorder.seen.filter(({ partition }) => partition === 0).length, 5);

        consumer.resume([paused]);
        await recorder.until('the rest', () => recorder.seen.length === 21);
        const ofPaused = recorder.seen.filter(({ partition }) => partition === 0);
        assert.deepEqual(
          ofPaused.map(({ offset }) => offset),
          [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        );
      }));

    it('stops at once where it is paused between two batches', () =>
      DriverFixture.run(open(), 3, async (fixture) => {
        await fixture.sendTexts(texts('a', 30), 3);
        const member = fixture.member({
          reactions: {
            records: ({ partition }) => {
              if (firstOf.size === 0) pauseAll(partition);
              firstOf.add(partition);
            },
          },
        });
        const firstOf = new Set<number>();
        const pauseAll = (current: number): void => {
          const others = [0, 1, 2].filter((partition) => partition !== current);
          member.consumer.pause(others.map((partition) => ({ topic: fixture.topic, partition })));
        };

        await member.consumer.start();
        await member.recorder.until('one partition', () => member.recorder.seen.length === 10);
        const [only = 0] = firstOf;
        await fixture.send({ partition: only, value: Buffer.from('extra') });
        await member.recorder.until('it again', () => member.recorder.seen.length === 11);

        assert.deepEqual([...firstOf], [only]);
      }));

    it('stays paused over a rebalance', () =>
      DriverFixture.run(open(), 2, async (fixture) => {
        const { consumer, recorder } = await fixture.started();
        consumer.pause([{ topic: fixture.topic, partition: 0 }]);

        const other = await fixture.started();
        await recorder.until('one of two', () => recorder.owned.length === 1);
        await other.consumer.stop();
        await recorder.until('both again', () => recorder.owned.length === 2);
        await fixture.sendTexts(texts('r', 4), 2);
        await recorder.until('the other partition', () => recorder.seen.length === 2);
        await fixture.send({ partition: 1 });
        await recorder.until('it again', () => recorder.seen.length === 3);

        assert(recorder.seen.every(({ partition }) => partition === 1));
        consumer.resume([{ topic: fixture.topic, partition: 0 }]);
        await recorder.until('the rest', () => recorder.seen.length === 5);
      }));

    it('may be paused before the start', () =>
      DriverFixture.run(open(), 2, async (fixture) => {
        await fixture.sendTexts(texts('r', 4), 2);
        const { consumer, recorder } = fixture.member();

        consumer.pause([{ topic: fixture.topic, partition: 1 }]);
        await consumer.start();
        await recorder.until('one partition', () => recorder.seen.length === 2);
        await fixture.send({ partition: 0 });
        await recorder.until('it again', () => recorder.seen.length === 3);

        assert(recorder.seen.every(({ partition }) => partition === 0));
      }));

    it('hands out bounded batches', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        const value = Buffer.alloc(1_000, 1);
        for (let round = 0; round < 10; round += 1) {
          await fixture.send(...Array.from({ length: 20 }, () => ({ value })));
        }

        const { recorder } = await fixture.started({ maxBytesPerPartition: 40_000 });

        await recorder.until('all records', () => recorder.seen.length === 200);
        assert(Math.max(...recorder.batches) <= 100, `batches of ${recorder.batches.join(', ')}`);
      }));

    it('brings records again to a listener that threw, and lives', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        let throws = 1;
        const { recorder } = await fixture.started({
          reactions: {
            records: () => {
              throws -= 1;
              if (throws >= 0) throw new TypeError('of the listener');
            },
          },
        });

        await fixture.sendTexts(['first']);
        await recorder.until('the first record', () => recorder.texts.includes('first'));
        await fixture.sendTexts(['second']);
        await recorder.until('the second record', () => recorder.texts.includes('second'));

        assert.deepEqual(recorder.texts, ['first', 'second']);
      }));

    it('can be stopped while it joins, and leaves nothing behind', () =>
      DriverFixture.run(open(), 3, async (fixture) => {
        const early = fixture.member();
        const starting = early.consumer.start();
        const outcome = starting.then(
          () => 'joined',
          () => 'refused',
        );

        await early.consumer.stop();
        assert.match(await outcome, /joined|refused/);
        const { recorder } = await fixture.started();
        await recorder.until('all partitions', () => recorder.owned.length === 3);
        await fixture.sendTexts(texts('r', 9), 3);
        await recorder.until('all records', () => recorder.seen.length === 9);

        assert.equal(early.recorder.seen.length, 0);
      }));

    it('can be stopped while it rejoins, and its partitions go to the others', () =>
      DriverFixture.run(open(), 3, async (fixture) => {
        const released: (() => void)[] = [];
        const slow = await fixture.started({
          reactions: { revoking: () => new Promise((resolve) => released.push(resolve)) },
        });
        const other = fixture.member();
        const starting = other.consumer.start();
        await slow.recorder.until('its revoke', () => slow.recorder.revoked === 1);

        const stopping = slow.consumer.stop();
        released.forEach((release) => {
          release();
        });
        await stopping;
        await starting;

        const { recorder } = other;
        await recorder.until('all partitions', () => recorder.owned.length === 3);
        await fixture.sendTexts(texts('r', 9), 3);
        await recorder.until('all records', () => recorder.seen.length === 9);
        assert.equal(slow.recorder.assignments.length, 1);
        assert.equal(slow.recorder.seen.length, 0);
      }));

    it('can be stopped twice, and before it was started', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        const never = fixture.member();
        await never.consumer.stop();
        await rejectsWith('TL_KAFKA_CLOSED', never.consumer.start());

        const started = await fixture.started();
        await Promise.all([started.consumer.stop(), started.consumer.stop()]);
        await started.consumer.stop();

        assert.equal(started.recorder.revoked, 1);
      }));
  });
}
