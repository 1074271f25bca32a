import assert from 'node:assert/strict';

import type { TestFramework } from '../framework.js';
import { rejectsWith, Stage, type OpenDriver } from './driver-fixture.js';

/** Topics are made when asked, and only then. */
export function describeTopics({ describe, it }: TestFramework, open: () => OpenDriver): void {
  describe('topics', () => {
    it('are described with their partitions; those that do not exist are left out', () =>
      Stage.play(open(), 3, async (stage) => {
        const found = await stage.driver.describe([stage.topic, `${stage.topic}-missing`]);

        assert.deepEqual(found, new Map([[stage.topic, 3]]));
      }));

    it('are made once, and left as they are', () =>
      Stage.play(open(), 3, async (stage) => {
        const added = `${stage.topic}-added`;

        await stage.driver.create([
          { name: stage.topic, partitions: 5 },
          { name: added, partitions: 2 },
        ]);
        await stage.driver.create([{ name: added, partitions: 9 }]);

        const found = await stage.driver.describe([added, stage.topic]);
        assert.deepEqual(
          found,
          new Map([
            [added, 2],
            [stage.topic, 3],
          ]),
        );
      }));

    it('refuse a name that is none', () =>
      Stage.play(open(), 1, (stage) =>
        rejectsWith(
          'TL_KAFKA_TOPIC_INVALID',
          stage.driver.create([{ name: 'no topic/name', partitions: 1 }]),
        ),
      ));

    it('that do not exist make the start fail', () =>
      Stage.play(open(), 1, async (stage) => {
        const { consumer } = stage.member({ topics: [stage.topic, `${stage.topic}-missing`] });

        await rejectsWith('TL_KAFKA_TOPIC_MISSING', consumer.start());
      }));
  });
}
