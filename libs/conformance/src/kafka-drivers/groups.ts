import assert from 'node:assert/strict';

import type { Position } from 'throughline/kafka';
import type { TestFramework } from '../framework.js';
import { keyOf, type ConsumerRecorder } from './recorder.js';
import { DriverFixture, texts, type OpenDriver, type FixtureMember } from './driver-fixture.js';

/** Which member reads which partitions, from where, and how a rebalance moves them. */
export function describeGroups({ describe, it }: TestFramework, open: () => OpenDriver): void {
  describe('groups', () => {
    it('each get every record', () =>
      DriverFixture.run(open(), 2, async (fixture) => {
        const sent = texts('r', 20);
        await fixture.sendTexts(sent, 2);

        const { recorder: one } = await fixture.started();
        const { recorder: other } = await fixture.started({ group: `${fixture.group}-other` });

        await one.until('all records', () => one.seen.length === 20);
        await other.until('all records', () => other.seen.length === 20);
        assert.deepEqual(new Set(one.texts), new Set(sent));
        assert.deepEqual(new Set(other.texts), new Set(sent));
      }));

    it('begin at the end if configured to', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        await fixture.sendTexts(['before']);
        const { recorder } = await fixture.started({ from: 'latest' });

        await fixture.sendTexts(['after']);

        await recorder.until('the later record', () => recorder.seen.length > 0);
        assert.deepEqual(recorder.texts, ['after']);
      }));

    it('resume at the commit', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        await fixture.sendTexts(texts('r', 10));
        const first = await fixture.started();
        await first.recorder.until('all records', () => first.recorder.seen.length === 10);
        await first.consumer.commit([{ ...at(fixture, 0), offset: 7, metadata: '' }]);
        await first.consumer.stop();

        const { recorder } = await fixture.started({ from: 'latest' });

        await recorder.until('the last three', () => recorder.seen.length === 3);
        assert.deepEqual(recorder.texts, ['r7', 'r8', 'r9']);
      }));

    it('begin anew where the commit lies beyond the end', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        await fixture.sendTexts(texts('r', 3));
        const first = await fixture.started();
        await first.consumer.commit([{ ...at(fixture, 0), offset: 50, metadata: '' }]);
        await first.consumer.stop();

        const { recorder } = await fixture.started();

        await recorder.until('all records', () => recorder.seen.length === 3);
        assert.deepEqual(recorder.texts, ['r0', 'r1', 'r2']);
      }));

    it('hand partitions over without losing or repeating a record', () =>
      DriverFixture.run(open(), 4, async (fixture) => {
        const members: FixtureMember[] = [];
        const committing = (): FixtureMember => {
          const member: FixtureMember = fixture.member({
            reactions: {
              assigned: () => retained(member.recorder),
              revoking: () => commitAll(member),
            },
          });
          members.push(member);
          return member;
        };
        const all = (): readonly string[] => members.flatMap(({ recorder }) => recorder.texts);
        const count = (expected: number) => (): boolean => all().length >= expected;
        const first = committing();
        await first.consumer.start();
        await fixture.sendTexts(texts('a', 60), 4);
        await first.recorder.until('the first round', count(60));

        const second = committing();
        await second.consumer.start();
        await first.recorder.until('two of four', () => first.recorder.owned.length === 2);
        await fixture.sendTexts(texts('b', 60), 4);
        await Promise.all(
          members.map(({ recorder }) =>
            recorder.until('a share', () => recorder.texts.filter(isRound('b')).length === 30),
          ),
        );
        assert.deepEqual(
          [...first.recorder.owned, ...second.recorder.owned].sort(),
          [0, 1, 2, 3].map((partition) => `${fixture.topic}/${partition}`),
        );

        await second.consumer.stop();
        await first.recorder.until('all four again', () => first.recorder.owned.length === 4);
        await fixture.sendTexts(texts('c', 60), 4);
        await first.recorder.until('the third round', count(180));

        const expected = ['a', 'b', 'c'].flatMap((round) => texts(round, 60));
        assert.deepEqual([...all()].sort(), expected.sort());
      }));

    it('read a retained partition on from where the member says, whatever is committed', () =>
      DriverFixture.run(open(), 2, async (fixture) => {
        const first: FixtureMember = fixture.member({
          reactions: { assigned: () => first.recorder.positions },
        });
        await first.consumer.start();
        await fixture.sendTexts(texts('r', 20), 2);
        await first.recorder.until('all records', () => first.recorder.seen.length === 20);

        await fixture.started();
        await first.recorder.until('one of two', () => first.recorder.owned.length === 1);
        const [own = ''] = first.recorder.owned;
        const partition = Number(own.split('/')[1]);
        await fixture.send({ partition, value: Buffer.from('next') });
        await first.recorder.until('the next record', () => first.recorder.texts.includes('next'));

        assert.equal(first.recorder.seen.length, 21);
      }));

    it('read from an earlier position where the member says so', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        await fixture.sendTexts(texts('r', 10));

        const { recorder } = await fixture.started({
          reactions: { assigned: () => [{ ...at(fixture, 0), offset: 8 }] },
        });

        await recorder.until('two records', () => recorder.seen.length === 2);
        assert.deepEqual(recorder.texts, ['r8', 'r9']);
      }));
  });
}

function at(fixture: DriverFixture, partition: number): { topic: string; partition: number } {
  return { topic: fixture.topic, partition };
}

/**
 * The positions of the partitions that the member has now and had before. A partition that returns after a while is read from the
 * commit.
 */
function retained(recorder: ConsumerRecorder): readonly Position[] {
  const [before = [], now = []] = recorder.assignments.slice(-2);
  const both = new Set(
    now.map(keyOf).filter((key) => before.some((earlier) => keyOf(earlier) === key)),
  );
  return recorder.positions.filter((position) => both.has(keyOf(position)));
}

async function commitAll({ consumer, recorder }: FixtureMember): Promise<void> {
  const owned = new Set(recorder.assignments.at(-1)?.map(keyOf));
  const commits = recorder.positions
    .filter((position) => owned.has(keyOf(position)))
    .map((position) => ({ ...position, metadata: '' }));
  await consumer.commit(commits);
}

function isRound(round: string): (text: string) => boolean {
  return (text) => text.startsWith(round);
}
