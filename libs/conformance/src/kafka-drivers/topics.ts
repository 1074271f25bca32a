import assert from 'node:assert/strict';

import type { TestFramework } from '../framework.js';
import { rejectsWith, DriverFixture, type OpenDriver } from './driver-fixture.js';

/** Topics are created on request, and only then. */
export function describeTopics({ describe, it }: TestFramework, open: () => OpenDriver): void {
  describe('topics', () => {
    it('are described with their partitions; those that do not exist are left out', () =>
      DriverFixture.run(open(), 3, async (fixture) => {
        const found = await fixture.driver.describe([fixture.topic, `${fixture.topic}-missing`]);

        assert.deepEqual(found, new Map([[fixture.topic, 3]]));
      }));

    it('are made once, and left as they are', () =>
      DriverFixture.run(open(), 3, async (fixture) => {
        const added = `${fixture.topic}-added`;

        await fixture.driver.create([
          { name: fixture.topic, partitions: 5 },
          { name: added, partitions: 2 },
        ]);
        await fixture.driver.create([{ name: added, partitions: 9 }]);

        const found = await fixture.driver.describe([added, fixture.topic]);
        assert.deepEqual(
          found,
          new Map([
            [added, 2],
            [fixture.topic, 3],
          ]),
        );
      }));

    it('refuse a name that is none', () =>
      DriverFixture.run(open(), 1, (fixture) =>
        rejectsWith(
          'TL_KAFKA_TOPIC_INVALID',
          fixture.driver.create([{ name: 'no topic/name', partitions: 1 }]),
        ),
      ));

    it('that do not exist make the start fail', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        const { consumer } = fixture.member({
          topics: [fixture.topic, `${fixture.topic}-missing`],
        });

        await rejectsWith('TL_KAFKA_TOPIC_MISSING', consumer.start());
      }));
  });
}
