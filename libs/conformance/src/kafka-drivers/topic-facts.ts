import assert from 'node:assert/strict';

import type { TestFramework } from '../framework.js';
import { createTopics } from './create-topics.js';
import { rejectsWith, DriverFixture, texts, type OpenDriver } from './driver-fixture.js';

/** What a driver reports of a topic without being a member of any group. */
export function describeTopicFacts({ describe, it }: TestFramework, open: () => OpenDriver): void {
  describe('of a topic one learns', () => {
    it('where it begins and ends', () =>
      DriverFixture.run(open(), 2, async (fixture) => {
        await fixture.sendTexts(texts('r', 3), 2);

        assert.deepEqual(await fixture.driver.offsets(fixture.topic, 'earliest'), both(0, 0));
        assert.deepEqual(await fixture.driver.offsets(fixture.topic, 'latest'), both(2, 1));
      }));

    it('where a time is; of one after the last record, the end', () =>
      DriverFixture.run(open(), 2, async (fixture) => {
        await fixture.sendTexts(['r0', 'r1', 'r2'], 2);
        const { recorder } = await fixture.started();
        await recorder.until('all records', () => recorder.seen.length === 3);
        const last = Math.max(...recorder.seen.map(({ timestamp }) => timestamp));

        assert.deepEqual(await fixture.driver.offsets(fixture.topic, 0), both(0, 0));
        assert.deepEqual(await fixture.driver.offsets(fixture.topic, last + 1), both(2, 1));
        const there = await fixture.driver.offsets(fixture.topic, last);
        const expected = [0, 1].map((partition) => {
          const ofPartition = recorder.seen.filter((one) => one.partition === partition);
          const found = ofPartition.find(({ timestamp }) => timestamp >= last);
          return found?.offset ?? ofPartition.length;
        });
        assert.deepEqual(there, both(expected[0] ?? -1, expected[1] ?? -1));
      }));

    it('what a group has committed, whether or not it has members', () =>
      DriverFixture.run(open(), 2, async (fixture) => {
        await fixture.sendTexts(texts('r', 4), 2);
        assert.deepEqual(await fixture.driver.committed(fixture.group, fixture.topic), new Map());
        const { consumer } = await fixture.started();

        await consumer.commit([
          { topic: fixture.topic, partition: 1, offset: 2, metadata: 'text' },
        ]);

        const expected = new Map([[1, { offset: 2, metadata: 'text' }]]);
        assert.deepEqual(await fixture.driver.committed(fixture.group, fixture.topic), expected);
        await consumer.stop();
        assert.deepEqual(await fixture.driver.committed(fixture.group, fixture.topic), expected);
      }));

    it('which of its partitions no member of a group reads, once all members have their assignment', () =>
      DriverFixture.run(open(), 2, async (fixture) => {
        const { driver, topic, group } = fixture;
        const [other, missing] = [`${topic}-other`, `${topic}-missing`];
        await createTopics(driver, [{ name: other, partitions: 2 }]);
        assert.equal(await driver.unread(group, [topic, other]), undefined);

        const { consumer, recorder } = await fixture.started();
        await recorder.until('both partitions', () => recorder.owned.length === 2);

        assert.deepEqual(await driver.unread(group, [topic, missing]), []);
        assert.deepEqual(await driver.unread(group, [topic, other]), [
          { topic: other, partition: 0 },
          { topic: other, partition: 1 },
        ]);
        await consumer.stop();
        assert.equal(await driver.unread(group, [topic, other]), undefined);
      }));

    it('how long it keeps its records, as configured when it was created', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        const [hour, ever] = [`${fixture.topic}-hour`, `${fixture.topic}-ever`];

        await fixture.driver.create([
          { name: hour, partitions: 1, config: { 'retention.ms': '3600000' } },
          { name: ever, partitions: 1, config: { 'retention.ms': '-1' } },
        ]);

        assert.equal(await fixture.driver.retention(hour), 3_600_000);
        assert.equal(await fixture.driver.retention(ever), undefined);
      }));

    it('that it does not exist', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        const missing = `${fixture.topic}-missing`;

        await rejectsWith('TL_KAFKA_TOPIC_MISSING', fixture.driver.offsets(missing, 'latest'));
        await rejectsWith(
          'TL_KAFKA_TOPIC_MISSING',
          fixture.driver.committed(fixture.group, missing),
        );
        await rejectsWith('TL_KAFKA_TOPIC_MISSING', fixture.driver.retention(missing));
      }));
  });
}

function both(first: number, second: number): ReadonlyMap<number, number> {
  return new Map([
    [0, first],
    [1, second],
  ]);
}
