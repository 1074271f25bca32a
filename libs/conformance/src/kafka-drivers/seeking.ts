import assert from 'node:assert/strict';

import type { TestFramework } from '../framework.js';
import {
  rejectsWith,
  DriverFixture,
  texts,
  type OpenDriver,
  type FixtureMember,
} from './driver-fixture.js';

/** Continuing from other offsets while running. */
export function describeSeeking({ describe, it }: TestFramework, open: () => OpenDriver): void {
  describe('seeking', () => {
    it('goes back, and leaves the other partitions alone', () =>
      DriverFixture.run(open(), 2, async (fixture) => {
        const { consumer, recorder } = await fixture.started();
        await fixture.sendTexts(texts('r', 20), 2);
        await recorder.until('all records', () => recorder.seen.length === 20);

        consumer.seek([position(fixture, 0, 7)]);
        await recorder.until('the last three again', () => recorder.seen.length === 23);
        await fixture.sendTexts(['next-0', 'next-1'], 2);
        await recorder.until('what came next', () => recorder.seen.length === 25);

        assert.deepEqual(offsetsOf(recorder, 0), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 7, 8, 9, 10]);
        assert.deepEqual(offsetsOf(recorder, 1), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      }));

    it('goes forward, also to the end', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        const { consumer, recorder } = await fixture.started();
        consumer.pause([{ topic: fixture.topic, partition: 0 }]);
        await fixture.sendTexts(texts('r', 10));

        consumer.seek([position(fixture, 0, 8)]);
        consumer.resume([{ topic: fixture.topic, partition: 0 }]);
        await recorder.until('the last two', () => recorder.seen.length === 2);
        consumer.seek([position(fixture, 0, 10)]);
        await fixture.sendTexts(['next']);
        await recorder.until('what came next', () => recorder.seen.length === 3);

        assert.deepEqual(offsetsOf(recorder, 0), [8, 9, 10]);
      }));

    it('hands out nothing of before once it has returned, and may be called while records are handed out', () =>
      DriverFixture.run(open(), 3, async (fixture) => {
        await fixture.sendTexts(texts('r', 60), 3);
        let hasSought = false;
        const member: FixtureMember = fixture.member({
          reactions: {
            records: () => {
              if (hasSought) return;
              hasSought = true;
              member.consumer.seek([0, 1, 2].map((partition) => position(fixture, partition, 18)));
            },
          },
        });

        await member.consumer.start();
        const { recorder } = member;
        await recorder.until('what is sought', () => recorder.seen.length >= 20 + 6);
        await fixture.sendTexts(['next-0', 'next-1', 'next-2'], 3);
        await recorder.until('what came next', () => recorder.seen.length >= 20 + 9);

        const ofFirst = recorder.seen[0]?.partition ?? 0;
        for (const partition of [0, 1, 2]) {
          const sought = [18, 19, 20];
          const before = partition === ofFirst ? Array.from({ length: 20 }, (_, at) => at) : [];
          assert.deepEqual(offsetsOf(recorder, partition), [...before, ...sought]);
        }
      }));

    it('leaves a paused partition paused', () =>
      DriverFixture.run(open(), 2, async (fixture) => {
        const { consumer, recorder } = await fixture.started();
        await fixture.sendTexts(texts('r', 4), 2);
        await recorder.until('all records', () => recorder.seen.length === 4);
        consumer.pause([{ topic: fixture.topic, partition: 0 }]);

        consumer.seek([position(fixture, 0, 0)]);
        await fixture.send({ partition: 1 });
        await recorder.until('the other partition', () => recorder.seen.length === 5);
        assert.deepEqual(offsetsOf(recorder, 0), [0, 1]);

        consumer.resume([{ topic: fixture.topic, partition: 0 }]);
        await recorder.until('it again', () => recorder.seen.length === 7);
      }));

    it('lasts over a rebalance together with a commit', () =>
      DriverFixture.run(open(), 2, async (fixture) => {
        const { consumer, recorder } = await fixture.started();
        await fixture.sendTexts(texts('r', 20), 2);
        await recorder.until('all records', () => recorder.seen.length === 20);
        const positions = [position(fixture, 0, 9), position(fixture, 1, 9)];
        consumer.pause(positions);

        consumer.seek(positions);
        await consumer.commit(positions.map((one) => ({ ...one, metadata: '' })));
        const other = await fixture.started();
        await recorder.until('one of two', () => recorder.owned.length === 1);
        consumer.resume(positions);

        const all = (): number => recorder.seen.length + other.recorder.seen.length;
        await Promise.all([
          recorder.until('one record', () => recorder.seen.length === 21),
          other.recorder.until('the other record', () => other.recorder.seen.length === 1),
        ]);
        assert.equal(all(), 22);
      }));

    it('refuses what is no offset, and ignores what is not assigned', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        const { consumer, recorder } = fixture.member();
        await fixture.sendTexts(texts('r', 3));
        consumer.seek([position(fixture, 0, 2)]);
        await consumer.start();
        consumer.seek([position(fixture, 7, 0)]);

        await recorder.until('all records', () => recorder.seen.length === 3);
        await rejectsWith(
          'TL_KAFKA_OFFSET_INVALID',
          Promise.resolve().then(() => {
            consumer.seek([position(fixture, 0, -1)]);
          }),
        );
      }));
  });
}

function position(
  { topic }: DriverFixture,
  partition: number,
  offset: number,
): { topic: string; partition: number; offset: number } {
  return { topic, partition, offset };
}

function offsetsOf({ seen }: FixtureMember['recorder'], partition: number): readonly number[] {
  return seen.filter((one) => one.partition === partition).map(({ offset }) => offset);
}
