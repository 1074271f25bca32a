import assert from 'node:assert/strict';

import type { TestFramework } from '../framework.js';
import { rejectsWith, Stage, texts, type OpenDriver, type StagedMember } from './driver-fixture.js';

/** What counts as committed, and what must not. */
export function describeCommits({ describe, it }: TestFramework, open: () => OpenDriver): void {
  describe('commits', () => {
    it('come back with their metadata at the next assignment', () =>
      Stage.play(open(), 2, async (stage) => {
        const metadata = 'ü'.repeat(4_096);
        const first = await stage.started();
        assert.deepEqual(committed(first), [undefined, undefined]);
        await stage.sendTexts(texts('r', 6), 2);
        await first.recorder.until('all records', () => first.recorder.seen.length === 6);

        await first.consumer.commit([commit(stage, 1, 2, metadata)]);
        await first.consumer.stop();

        const second = await stage.started();
        assert.deepEqual(committed(second), [undefined, { offset: 2, metadata }]);
      }));

    it('are refused as a whole where metadata is longer than 4,096 characters', () =>
      Stage.play(open(), 2, async (stage) => {
        const first = await stage.started();

        await rejectsWith(
          'TL_KAFKA_METADATA_TOO_LARGE',
          first.consumer.commit([commit(stage, 0, 1), commit(stage, 1, 1, 'x'.repeat(4_097))]),
        );

        await first.consumer.stop();
        const second = await stage.started();
        assert.deepEqual(committed(second), [undefined, undefined]);
      }));

    it('are refused where the offset is none', () =>
      Stage.play(open(), 1, async (stage) => {
        const { consumer } = await stage.started();

        await rejectsWith('TL_KAFKA_OFFSET_INVALID', consumer.commit([commit(stage, 0, -1)]));
        await rejectsWith('TL_KAFKA_OFFSET_INVALID', consumer.commit([commit(stage, 0, 0.5)]));
      }));

    it('are refused for what the member does not have', () =>
      Stage.play(open(), 2, async (stage) => {
        const first = await stage.started();
        const second = await stage.started();
        await first.recorder.until('one of two', () => first.recorder.owned.length === 1);
        const [mine = ''] = first.recorder.owned;
        const other = mine.endsWith('/0') ? 1 : 0;

        await rejectsWith(
          'TL_KAFKA_COMMIT_FENCED',
          first.consumer.commit([commit(stage, other, 1)]),
        );
        await second.consumer.commit([commit(stage, other, 1)]);
      }));

    it('are refused before the start and after the stop', () =>
      Stage.play(open(), 1, async (stage) => {
        const { consumer } = stage.member();
        await rejectsWith('TL_KAFKA_COMMIT_FENCED', consumer.commit([commit(stage, 0, 1)]));
        await consumer.start();
        await consumer.stop();

        await rejectsWith('TL_KAFKA_COMMIT_FENCED', consumer.commit([commit(stage, 0, 1)]));

        const second = await stage.started();
        assert.deepEqual(committed(second), [undefined]);
      }));

    it('count while partitions are being revoked, for a stop and for a rebalance', () =>
      Stage.play(open(), 1, async (stage) => {
        const inTurn = [commit(stage, 0, 3, 'rebalance'), commit(stage, 0, 4, 'stop')];
        const first: StagedMember = stage.member({
          reactions: {
            revoking: async () => {
              const next = inTurn.shift();
              await stage.send({}); // work that takes a while
              await first.consumer.commit(next === undefined ? [] : [next]);
            },
          },
        });
        await first.consumer.start();

        const second = await stage.started();
        await second.recorder.until('a rebalance', () => first.recorder.revoked === 1);
        await first.recorder.until('two assignments', () => first.recorder.assignments.length > 1);
        const told = [...committed(first), ...committed(second)].filter((one) => one !== undefined);
        assert.deepEqual(told.at(-1), { offset: 3, metadata: 'rebalance' });
        await second.consumer.stop();
        await first.recorder.until('it is alone', () => first.recorder.assignments.length > 2);
        inTurn.splice(0, inTurn.length, commit(stage, 0, 4, 'stop'));
        await first.consumer.stop();

        const third = await stage.started();
        assert.deepEqual(committed(third), [{ offset: 4, metadata: 'stop' }]);
      }));
  });
}

function commit(
  { topic }: Stage,
  partition: number,
  offset: number,
  metadata = '',
): { topic: string; partition: number; offset: number; metadata: string } {
  return { topic, partition, offset, metadata };
}

/** What the member was told at its latest assignment, by partition. */
function committed({ recorder }: StagedMember): readonly unknown[] {
  const latest = recorder.assignments.at(-1) ?? [];
  return latest.toSorted((a, b) => a.partition - b.partition).map(({ committed: one }) => one);
}
