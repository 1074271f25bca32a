import assert from 'node:assert/strict';
import { DEAD_LETTER_HEADER } from 'throughline/transport';
import { Reject } from 'throughline';
import { none, type Incoming } from 'throughline/tracing';
import { items, rawOf } from '../fixture/item.js';
import { testCase, type TestCase } from '../test-case.js';

/** A commit of version 0.1.0 at offset 1,000: 1,002 to 1,004 and 1,010 are done, 1,000 has failed twice. */
const RECORDED_COMMIT = { offset: 1_000, metadata: 'tl1:QyNyNOgHAQIcBAEAAg' };

/** The headers that version 0.1.0 wrote. */
const RECORDED_HEADERS = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'es=s:1',
  elasticapmtraceparent: Uint8Array.from(
    Buffer.from('00000af7651916cd43dd8448eb211c80319c01b7ad6b71692033310201', 'hex'),
  ),
};

/** The dead-letter header of version 0.1.0. */
const RECORDED_NOTE = JSON.stringify({
  source: 'orders/0',
  handler: 'OrderProcessor.process',
  reason: 'rejected',
  time: '2026-01-01T00:00:00.000Z',
  attempts: 1,
  error: { name: 'Reject', message: 'more than there ever was' },
});

export const earlierVersionCases: readonly TestCase[] = [
  testCase('continues the trace that an earlier version wrote', async (fixture) => {
    const incoming: Incoming[] = [];
    const silent = none();
    await fixture.start(() => undefined, {
      tracer: {
        ...silent,
        process: (from, run) => {
          incoming.push(from);
          return silent.process(from, run);
        },
      },
    });

    await fixture.send(rawOf({ id: 'a0', key: 'a' }, { headers: RECORDED_HEADERS }));
    await fixture.log.until('it is done', () => fixture.log.of('done').length === 1);

    const [first] = incoming;
    assert.equal(first?.traceparent, RECORDED_HEADERS.traceparent);
    assert.equal(first.tracestate, RECORDED_HEADERS.tracestate);
  }),

  testCase(
    'handles a dead letter of an earlier version as any message, and can dead-letter it again',
    async (fixture) => {
      const headers = { [DEAD_LETTER_HEADER]: RECORDED_NOTE, word: 'kept' };
      await fixture.start(
        () => {
          throw new Reject('not even now');
        },
        { deadLetter: true },
      );

      await fixture.send(rawOf({ id: 'a0', key: 'a' }, { headers }));
      const [deadLetter] = await fixture.channel.deadLetters(1);

      assert.equal(String(deadLetter?.headers.word), 'kept');
      const header = JSON.parse(String(deadLetter?.headers[DEAD_LETTER_HEADER])) as Record<
        string,
        unknown
      >;
      const earlier = Object.keys(JSON.parse(RECORDED_NOTE) as object);
      for (const name of earlier) assert(name in header, `the header has no ${name}`);
      assert.deepEqual(header.error, { name: 'Reject', message: 'not even now' });
    },
  ),

  testCase(
    'runs only the rest of what an earlier version has committed',
    async (fixture) => {
      const below = { body: Buffer.from('never read'), key: null, headers: {} };
      await fixture.send(...Array.from({ length: RECORDED_COMMIT.offset }, () => below));
      await fixture.send(...items(12, 12));
      await fixture.channel.commit?.(RECORDED_COMMIT.offset, RECORDED_COMMIT.metadata);

      const app = await fixture.start(() => undefined);
      await fixture.log.until('the rest', () => fixture.log.of('done').length >= 8);
      await app.close();

      const runs = fixture.log.of('begun').map(({ id, attempt }) => `${id}/${attempt}`);
      const rest = ['a0/3', 'b1/1', 'f5/1', 'g6/1', 'h7/1', 'i8/1', 'j9/1', 'l11/1'];
      assert.deepEqual(runs.toSorted(), rest);
      assert.equal(await fixture.channel.unsettled(), 0);
    },
    { needs: ({ commits }) => commits, partitions: 1 },
  ),
];
