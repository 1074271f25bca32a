import assert from 'node:assert/strict';
import { Reject } from 'throughline';
import { untilCounted } from '../../fixture/until-counted.js';
import { items } from '../../fixture/item.js';
import { testCase, type TestCase } from '../../test-case.js';

const HANDLER = 'Items.handle';

export const redrivingCases: readonly TestCase[] = [
  testCase(
    'brings dead letters back to the handler that failed, and to no other',
    async (fixture) => {
      let isFixed = false;
      const app = await fixture.start(
        () => {
          if (!isFixed) throw new Reject('not yet');
        },
        { deadLetter: true },
      );
      const others = fixture.features.groups
        ? [await fixture.start(() => undefined, { name: `${fixture.name}-other` })]
        : [];
      await fixture.send(...items(25, 5));
      await untilCounted([app], 'all dead', ({ deadLetters }) => deadLetters === 25);
      await Promise.all(
        others.map((other) => untilCounted([other], 'all', ({ done }) => done === 25)),
      );
      isFixed = true;

      const dry = await app.control.redrive(HANDLER, { dryRun: true });
      const report = await app.control.redrive(HANDLER);

      await untilCounted([app], 'all done', ({ done }) => done === 25);
      const [otherState] = (
        await Promise.all(others.map(({ control }) => control.handlers()))
      ).flat();
      await app.close();
      // On a FIFO queue, a received message hides the later ones of its group until it is returned.
      const looked = fixture.features.needsKey ? dry.seen : 25;
      assert(looked >= 5, 'at least the first of each key');
      assert.deepEqual(dry, { seen: looked, moved: looked, left: 0, isComplete: true });
      assert.deepEqual(report, { seen: 25, moved: 25, left: 0, isComplete: true });
      assert.equal(otherState?.counts.done ?? 25, 25);
      assert.equal(await fixture.channel.unsettled(), 0);
    },
  ),

  testCase('leaves what a filter says no to, for a later redrive', async (fixture) => {
    let isFixed = false;
    const app = await fixture.start(
      () => {
        if (!isFixed) throw new Reject('not yet');
      },
      { deadLetter: true },
    );
    await fixture.send(...items(20, 20));
    await untilCounted([app], 'all dead', ({ deadLetters }) => deadLetters === 20);
    isFixed = true;
    const seen: number[] = [];
    const isEven = ({ raw }: { readonly raw: Uint8Array | null }): boolean =>
      Number(/\d+/.exec(Buffer.from(raw ?? '').toString('utf8'))?.[0]) % 2 === 0;

    const first = await app.control.redrive(HANDLER, {
      filter: isEven,
      onProgress: (progress) => seen.push(progress.seen),
    });
    await untilCounted([app], 'half', ({ done }) => done === 10);
    const second = await app.control.redrive(HANDLER);
    await untilCounted([app], 'the other half', ({ done }) => done === 20);
    await app.close();

    assert.deepEqual([first.moved, first.left, second.moved, second.left], [10, 10, 10, 0]);
    assert.equal(seen.at(-1), 20);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase('brings back a second time what has failed a second time', async (fixture) => {
    let runs = 0;
    const app = await fixture.start(
      () => {
        runs += 1;
        if (runs <= 2) throw new Reject('not yet');
      },
      { deadLetter: true },
    );
    await fixture.send({ id: 'a0', key: 'a' });
    await untilCounted([app], 'dead', ({ deadLetters }) => deadLetters === 1);
    await app.control.redrive(HANDLER);
    await untilCounted([app], 'dead again', ({ deadLetters }) => deadLetters === 2);

    await app.control.redrive(HANDLER);

    await untilCounted([app], 'done', ({ done }) => done === 1);
    await app.close();
    assert.deepEqual(fixture.log.attempts('a0'), [1, 1, 1]);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),
];
