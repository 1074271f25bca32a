import assert from 'node:assert/strict';

import type { TestFramework } from '../framework.js';
import { rejectsWith, Stage, texts, type OpenDriver, type StagedMember } from './driver-fixture.js';

/** Reading on from elsewhere, while running. */
export function describeSeeking({ describe, it }: TestFramework, open: () => OpenDriver): void {
  describe('seeking', () => {
    it('goes back, and leaves the other partitions alone', () =>
      Stage.play(open(), 2, async (stage) => {
        const { consumer, recorder } = await stage.started();
        await stage.sendTexts(texts('r', 20), 2);
        await recorder.until('all records', () => recorder.seen.length === 20);

        consumer.seek([position(stage, 0, 7)]);
        await recorder.until('the last three again', () => recorder.seen.length === 23);
        await stage.sendTexts(['next-0', 'next-1'], 2);
        await recorder.until('what came next', () => recorder.seen.length === 25);

        assert.deepEqual(offsetsOf(recorder, 0), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 7, 8, 9, 10]);
        assert.deepEqual(offsetsOf(recorder, 1), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      }));

    it('goes forward, also to the end', () =>
      Stage.play(open(), 1, async (stage) => {
        const { consumer, recorder } = await stage.started();
        consumer.pause([{ topic: stage.topic, partition: 0 }]);
        await stage.sendTexts(texts('r', 10));

        consumer.seek([position(stage, 0, 8)]);
        consumer.resume([{ topic: stage.topic, partition: 0 }]);
        await recorder.until('the last two', () => recorder.seen.length === 2);
        consumer.seek([position(stage, 0, 10)]);
        await stage.sendTexts(['next']);
        await recorder.until('what came next', () => recorder.seen.length === 3);

        assert.deepEqual(offsetsOf(recorder, 0), [8, 9, 10]);
      }));

    it('hands out nothing of before once it has returned, and may be called while records are handed out', () =>
      Stage.play(open(), 3, async (stage) => {
        await stage.sendTexts(texts('r', 60), 3);
        let hasSought = false;
        const member: StagedMember = stage.member({
          reactions: {
            records: () => {
              if (hasSought) return;
              hasSought = true;
              member.consumer.seek([0, 1, 2].map((partition) => position(stage, partition, 18)));
            },
          },
        });

        await member.consumer.start();
        const { recorder } = member;
        await recorder.until('what is sought', () => recorder.seen.length >= 20 + 6);
        await stage.sendTexts(['next-0', 'next-1', 'next-2'], 3);
        await recorder.until('what came next', () => recorder.seen.length >= 20 + 9);

        const ofFirst = recorder.seen[0]?.partition ?? 0;
        for (const partition of [0, 1, 2]) {
          const sought = [18, 19, 20];
          const before = partition === ofFirst ? Array.from({ length: 20 }, (_, at) => at) : [];
          assert.deepEqual(offsetsOf(recorder, partition), [...before, ...sought]);
        }
      }));

    it('leaves a paused partition paused', () =>
      Stage.play(open(), 2, async (stage) => {
        const { consumer, recorder } = await stage.started();
        await stage.sendTexts(texts('r', 4), 2);
        await recorder.until('all records', () => recorder.seen.length === 4);
        consumer.pause([{ topic: stage.topic, partition: 0 }]);

        consumer.seek([position(stage, 0, 0)]);
        await stage.send({ partition: 1 });
        await recorder.until('the other partition', () => recorder.seen.length === 5);
        assert.deepEqual(offsetsOf(recorder, 0), [0, 1]);

        consumer.resume([{ topic: stage.topic, partition: 0 }]);
        await recorder.until('it again', () => recorder.seen.length === 7);
      }));

    it('lasts over a rebalance together with a commit', () =>
      Stage.play(open(), 2, async (stage) => {
        const { consumer, recorder } = await stage.started();
        await stage.sendTexts(texts('r', 20), 2);
        await recorder.until('all records', () => recorder.seen.length === 20);
        const positions = [position(stage, 0, 9), position(stage, 1, 9)];
        consumer.pause(positions);

        consumer.seek(positions);
        await consumer.commit(positions.map((one) => ({ ...one, metadata: '' })));
        const other = await stage.started();
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
      Stage.play(open(), 1, async (stage) => {
        const { consumer, recorder } = stage.member();
        await stage.sendTexts(texts('r', 3));
        consumer.seek([position(stage, 0, 2)]);
        await consumer.start();
        consumer.seek([position(stage, 7, 0)]);

        await recorder.until('all records', () => recorder.seen.length === 3);
        await rejectsWith(
          'TL_KAFKA_OFFSET_INVALID',
          Promise.resolve().then(() => {
            consumer.seek([position(stage, 0, -1)]);
          }),
        );
      }));
  });
}

function position(
  { topic }: Stage,
  partition: number,
  offset: number,
): { topic: string; partition: number; offset: number } {
  return { topic, partition, offset };
}

function offsetsOf({ seen }: StagedMember['recorder'], partition: number): readonly number[] {
  return seen.filter((one) => one.partition === partition).map(({ offset }) => offset);
}
