import { describe, expect, it } from '@jest/globals';
import { suppress, type Asked } from '../../client/fake-client.fixture.js';
import { letterOf, type SqsLetter } from '../queue/sqs-dead-letter.js';
import { aMessage, anSqsWith, DEAD_LETTERS, ORDERS } from '../queue/sqs-dead-letter.fixture.js';
import { Mover } from './mover.js';
import { askPatiently } from '../queue/ask-patiently.js';

const KIB = 1_024;
const fifo = { isFifo: true };

function aMover(answer: (asked: Asked) => unknown = () => undefined, kind = { isFifo: false }) {
  const { client, asked } = anSqsWith([], answer);
  const signal = new AbortController().signal;
  const mover = new Mover({
    client,
    from: { ...DEAD_LETTERS, ...kind },
    to: { ...ORDERS, ...kind },
    ask: askPatiently({ suppress, signal, patience: 1_000 }),
  });
  return { mover, requests: () => asked.map(({ input }) => input.Entries as SentEntry[]) };
}

interface SentEntry {
  readonly MessageBody: string;
  readonly MessageAttributes?: object;
}

const bodies = (entries: readonly SentEntry[]): readonly string[] =>
  entries.map(({ MessageBody }) => MessageBody);
const letter = (id: string, Body = id): SqsLetter => letterOf(aMessage(id, { Body }));
const noted = (id: string): SqsLetter => {
  const text = { DataType: 'String', StringValue: '1' };
  return letterOf(aMessage(id, { MessageAttributes: { 'dead-letter': text, tenant: text } }));
};
const tooLong = (): never => {
  throw Object.assign(new Error('too long'), { name: 'BatchRequestTooLong' });
};

describe('Mover', () => {
  it('sends what fits one request together: 256 KiB, which every SQS takes', async () => {
    const { mover, requests } = aMover();
    const large = 'x'.repeat(100 * KIB);

    await mover.send([letter('a', large), letter('b', large), letter('c', large), letter('d')]);

    expect(requests().map((entries) => entries.length)).toEqual([2, 2]);
  });

  it('sends one by one what SQS refuses as a whole', async () => {
    const { mover, requests } = aMover(({ input }) =>
      (input.Entries as SentEntry[]).length > 1 ? tooLong() : undefined,
    );

    const refusals = await mover.send([letter('a'), letter('b')]);

    expect(requests().map(bodies)).toEqual([['a', 'b'], ['a'], ['b']]);
    expect(refusals).toEqual([]);
  });

  it('leaves the note of the dead letter behind where it makes the message too large', async () => {
    const { mover, requests } = aMover(({ input }) =>
      JSON.stringify(input).includes('dead-letter') ? tooLong() : undefined,
    );

    const refusals = await mover.send([noted('a')]);

    expect(refusals).toEqual([]);
    expect(Object.keys(requests().at(-1)?.[0]?.MessageAttributes ?? {})).toEqual(['tenant']);
  });

  it('says which letters SQS refuses for good', async () => {
    const { mover } = aMover(({ input }) =>
      JSON.stringify(input).includes('"a"') ? tooLong() : undefined,
    );

    const refusals = await mover.send([letter('a'), letter('b')]);

    expect(refusals.map(({ letter: { id }, reason }) => [id, reason])).toEqual([
      ['a', 'BatchRequestTooLong: too long'],
    ]);
  });

  it('sends again what failed on SQS’ side, and only that', async () => {
    const answers = [
      {
        Successful: [{ Id: '0' }],
        Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false }],
      },
    ];
    const { mover, requests } = aMover(() => answers.shift());

    const refusals = await mover.send([letter('a'), letter('b')]);

    expect(requests().map(bodies)).toEqual([['a', 'b'], ['b']]);
    expect(refusals).toEqual([]);
  });

  it('sends again what an answer names in neither list', async () => {
    const answers = [{ Successful: [{ Id: '0' }] }];
    const { mover, requests } = aMover(() => answers.shift());

    const refusals = await mover.send([letter('a'), letter('b')]);

    expect(requests().map(bodies)).toEqual([['a', 'b'], ['b']]);
    expect(refusals).toEqual([]);
  });

  it('stops where SQS refuses us in an entry, and says nothing of the letter', async () => {
    const denied = { Id: '0', Code: 'AccessDenied', SenderFault: true, Message: 'not allowed' };
    const { mover } = aMover(() => ({ Failed: [denied] }));

    await expect(mover.send([letter('a')])).rejects.toMatchObject({ code: 'TL_SQS_DENIED' });
  });

  it('stops where SQS refuses us, and not the message', async () => {
    const { mover } = aMover(() => {
      throw Object.assign(new Error('not allowed'), { name: 'AccessDenied' });
    });

    await expect(mover.send([letter('a')])).rejects.toMatchObject({ code: 'TL_SQS_DENIED' });
  });

  it('keeps the group on FIFO, and names the dead letter for the deduplication', async () => {
    const { mover, requests } = aMover(undefined, fifo);
    const Attributes = { MessageGroupId: 'order-7' };

    await mover.send([letterOf(aMessage('a', { Attributes }))]);

    expect(requests()[0]?.[0]).toMatchObject({
      MessageGroupId: 'order-7',
      MessageDeduplicationId: 'a',
    });
  });

  it('keeps the tenant of a standard queue, and X-Ray’s context', async () => {
    const { mover, requests } = aMover();
    const Attributes = { MessageGroupId: 'tenant-1', AWSTraceHeader: 'Root=1-2-3' };

    await mover.send([letterOf(aMessage('a', { Attributes }))]);

    expect(requests()[0]?.[0]).toEqual({
      Id: '0',
      MessageBody: 'body-a',
      MessageGroupId: 'tenant-1',
      MessageSystemAttributes: {
        AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-2-3' },
      },
    });
  });
});
