import assert from 'node:assert/strict';
import { Reject } from 'throughline';
import { counted } from '../counted.js';
import { items } from '../item.js';
import { play, type Play } from '../play.js';

const HANDLER = 'Items.handle';

export const redrivingPlays: readonly Play[] = [
  play('brings dead letters back to the handler that failed, and to no other', async (stage) => {
    let isMended = false;
    const app = await stage.start(
      () => {
        if (!isMended) throw new Reject('not yet');
      },
      { deadLetter: true },
    );
    const others =
      stage.features.kind === 'topic'
        ? [await stage.start(() => undefined, { name: `${stage.name}-other` })]
        : [];
    await stage.send(...items(25, 5));
    await counted([app], 'all dead', ({ deadLetters }) => deadLetters === 25);
    await Promise.all(others.map((other) => counted([other], 'all', ({ done }) => done === 25)));
    isMended = true;

    const dry = await app.control.redrive(HANDLER, { dryRun: true });
    const report = await app.control.redrive(HANDLER);

    await counted([app], 'all done', ({ done }) => done === 25);
    const [otherState] = (
      await Promise.all(others.map(({ control }) => control.handlers()))
    ).flat();
    await app.close();
    // What a FIFO queue shows hides the later ones of its group until it is given back.
    const looked = stage.features.needsKey ? dry.seen : 25;
    assert(looked >= 5, 'at least the first of each key');
    assert.deepEqual(dry, { seen: looked, moved: looked, left: 0, isComplete: true });
    assert.deepEqual(report, { seen: 25, moved: 25, left: 0, isComplete: true });
    assert.equal(otherState?.counts.done ?? 25, 25);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('leaves what a filter says no to, for a later redrive', async (stage) => {
    let isMended = false;
    const app = await stage.start(
      () => {
        if (!isMended) throw new Reject('not yet');
      },
      { deadLetter: true },
    );
    await stage.send(...items(20, 20));
    await counted([app], 'all dead', ({ deadLetters }) => deadLetters === 20);
    isMended = true;
    const seen: number[] = [];
    const isEven = ({ raw }: { readonly raw: Uint8Array | null }): boolean =>
      Number(/\d+/.exec(Buffer.from(raw ?? '').toString('utf8'))?.[0]) % 2 === 0;

    const first = await app.control.redrive(HANDLER, {
      filter: isEven,
      onProgress: (progress) => seen.push(progress.seen),
    });
    await counted([app], 'half', ({ done }) => done === 10);
    const second = await app.control.redrive(HANDLER);
    await counted([app], 'the other half', ({ done }) => done === 20);
    await app.close();

    assert.deepEqual([first.moved, first.left, second.moved, second.left], [10, 10, 10, 0]);
    assert.equal(seen.at(-1), 20);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('brings back a second time what has failed a second time', async (stage) => {
    let runs = 0;
    const app = await stage.start(
      () => {
        runs += 1;
        if (runs <= 2) throw new Reject('not yet');
      },
      { deadLetter: true },
    );
    await stage.send({ id: 'a0', key: 'a' });
    await counted([app], 'dead', ({ deadLetters }) => deadLetters === 1);
    await app.control.redrive(HANDLER);
    await counted([app], 'dead again', ({ deadLetters }) => deadLetters === 2);

    await app.control.redrive(HANDLER);

    await counted([app], 'done', ({ done }) => done === 1);
    await app.close();
    assert.deepEqual(stage.chronicle.attempts('a0'), [1, 1, 1]);
    assert.equal(await stage.channel.unsettled(), 0);
  }),
];
