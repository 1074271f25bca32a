import assert from 'node:assert/strict';

import type { TestFramework } from '../framework.js';
import {
  rejectsWith,
  DriverFixture,
  texts,
  type OpenDriver,
  type FixtureMember,
} from './driver-fixture.js';

/** Which commits are accepted and stored, and which are refused. */
export function describeCommits({ describe, it }: TestFramework, open: () => OpenDriver): void {
  describe('commits', () => {
    it('come back with their metadata at the next assignment', () =>
      DriverFixture.run(open(), 2, async (fixture) => {
        const metadata = 'ü'.repeat(4_096);
        const first = await fixture.started();
        assert.deepEqual(committed(first), [undefined, undefined]);
        await fixture.sendTexts(texts('r', 6), 2);
        await first.recorder.until('all records', () => first.recorder.seen.length === 6);

        await first.consumer.commit([commit(fixture, 1, 2, metadata)]);
        await first.consumer.stop();

        const second = await fixture.started();
        assert.deepEqual(committed(second), [undefined, { offset: 2, metadata }]);
      }));

    it('are refused as a whole where metadata is longer than 4,096 characters', () =>
      DriverFixture.run(open(), 2, async (fixture) => {
        const first = await fixture.started();

        await rejectsWith(
          'TL_KAFKA_METADATA_TOO_LARGE',
          first.consumer.commit([commit(fixture, 0, 1), commit(fixture, 1, 1, 'x'.repeat(4_097))]),
        );

        await first.consumer.stop();
        const second = await fixture.started();
        assert.deepEqual(committed(second), [undefined, undefined]);
      }));

    it('are refused where the offset is none', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        const { consumer } = await fixture.started();

        await rejectsWith('TL_KAFKA_OFFSET_INVALID', consumer.commit([commit(fixture, 0, -1)]));
        await rejectsWith('TL_KAFKA_OFFSET_INVALID', consumer.commit([commit(fixture, 0, 0.5)]));
      }));

    it('are refused for what the member does not have', () =>
      DriverFixture.run(open(), 2, async (fixture) => {
        const first = await fixture.started();
        const second = await fixture.started();
        await first.recorder.until('one of two', () => first.recorder.owned.length === 1);
        const [mine = ''] = first.recorder.owned;
        const other = mine.endsWith('/0') ? 1 : 0;

        await rejectsWith(
          'TL_KAFKA_COMMIT_FENCED',
          first.consumer.commit([commit(fixture, other, 1)]),
        );
        await second.consumer.commit([commit(fixture, other, 1)]);
      }));

    it('are refused before the start and after the stop', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        const { consumer } = fixture.member();
        await rejectsWith('TL_KAFKA_COMMIT_FENCED', consumer.commit([commit(fixture, 0, 1)]));
        await consumer.start();
        await consumer.stop();

        await rejectsWith('TL_KAFKA_COMMIT_FENCED', consumer.commit([commit(fixture, 0, 1)]));

        const second = await fixture.started();
        assert.deepEqual(committed(second), [undefined]);
      }));

    it('count while partitions are being revoked, for a stop and for a rebalance', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        const inTurn = [commit(fixture, 0, 3, 'rebalance'), commit(fixture, 0, 4, 'stop')];
        const first: FixtureMember = fixture.member({
          reactions: {
            revoking: async () => {
              const next = inTurn.shift();
              await fixture.send({}); // work that takes a while
              await first.consumer.commit(next === undefined ? [] : [next]);
            },
          },
        });
        await first.consumer.start();

        const second = await fixture.started();
        await second.recorder.until('a rebalance', () => first.recorder.revoked === 1);
        await first.recorder.until('two assignments', () => first.recorder.assignments.length > 1);
        const reported = [...committed(first), ...committed(second)].filter(
          (one) => one !== undefined,
        );
        assert.deepEqual(reported.at(-1), { offset: 3, metadata: 'rebalance' });
        await second.consumer.stop();
        await first.recorder.until('it is alone', () => first.recorder.assignments.length > 2);
        inTurn.splice(0, inTurn.length, commit(fixture, 0, 4, 'stop'));
        await first.consumer.stop();

        const third = await fixture.started();
        assert.deepEqual(committed(third), [{ offset: 4, metadata: 'stop' }]);
      }));
  });
}

function commit(
  { topic }: DriverFixture,
  partition: number,
  offset: number,
  metadata = '',
): { topic: string; partition: number; offset: number; metadata: string } {
  return { topic, partition, offset, metadata };
}

/** The commits that the member got with its latest assignment, by partition. */
function committed({ recorder }: FixtureMember): readonly unknown[] {
  const latest = recorder.assignments.at(-1) ?? [];
  return latest.toSorted((a, b) => a.partition - b.partition).map(({ committed: one }) => one);
}
