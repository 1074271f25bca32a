import { describe, expect, it } from '@jest/globals';
import { addressOf, suppress, type Asked } from '../../client/fake-client.fixture.js';
import { deadLetterOf, type SqsDeadLetter } from '../queue/sqs-dead-letter.js';
import { aMessage, anSqsWith } from '../queue/sqs-dead-letter.fixture.js';
import { Mover } from './mover.js';
import { askPatiently } from '../queue/ask-patiently.js';

const KIB = 1_024;
const fifo = { isFifo: true };

function aMover(answer: (asked: Asked) => unknown = () => undefined, kind = { isFifo: false }) {
  const { client, asked } = anSqsWith([], answer);
  const signal = new AbortController().signal;
  const mover = new Mover({
    from: kind,
    to: { ...addressOf(client, 'orders'), ...kind },
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
const deadLetter = (id: string, Body = id): SqsDeadLetter => deadLetterOf(aMessage(id, { Body }));
const withCause = (id: string): SqsDeadLetter => {
  const text = { DataType: 'String', StringValue: '1' };
  return deadLetterOf(aMessage(id, { MessageAttributes: { 'dead-letter': text, tenant: text } }));
};
const tooLong = (): never => {
  throw Object.assign(new Error('too long'), { name: 'BatchRequestTooLong' });
};

describe('Mover', () => {
  it('sends up to 256 KiB in one request, which every SQS takes', async () => {
    const { mover, requests } = aMover();
    const large = 'x'.repeat(100 * KIB);

    await mover.send([
      deadLetter('a', large),
      deadLetter('b', large),
      deadLetter('c', large),
      deadLetter('d'),
    ]);

    expect(requests().map((entries) => entries.length)).toEqual([2, 2]);
  });

  it('sends dead letters one by one if SQS refuses the whole request', async () => {
    const { mover, requests } = aMover(({ input }) =>
      (input.Entries as SentEntry[]).length > 1 ? tooLong() : undefined,
    );

    const refusals = await mover.send([deadLetter('a'), deadLetter('b')]);

    expect(requests().map(bodies)).toEqual([['a', 'b'], ['a'], ['b']]);
    expect(refusals).toEqual([]);
  });

  it('sends a message without its cause if the cause makes it too large', async () => {
    const { mover, requests } = aMover(({ input }) =>
      JSON.stringify(input).includes('dead-letter') ? tooLong() : undefined,
    );

    const refusals = await mover.send([withCause('a')]);

    expect(refusals).toEqual([]);
    expect(Object.keys(requests().at(-1)?.[0]?.MessageAttributes ?? {})).toEqual(['tenant']);
  });

  it('returns the dead letters that SQS refuses for good', async () => {
    const { mover } = aMover(({ input }) =>
      JSON.stringify(input).includes('"a"') ? tooLong() : undefined,
    );

    const refusals = await mover.send([deadLetter('a'), deadLetter('b')]);

    expect(refusals.map(({ deadLetter: { id }, reason }) => [id, reason])).toEqual([
      ['a', 'BatchRequestTooLong: too long'],
    ]);
  });

  it('retries the entries that failed in SQS, and only these', async () => {
    const answers = [
      {
        Successful: [{ Id: '0' }],
        Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false }],
      },
    ];
    const { mover, requests } = aMover(() => answers.shift());

    const refusals = await mover.send([deadLetter('a'), deadLetter('b')]);

    expect(requests().map(bodies)).toEqual([['a', 'b'], ['b']]);
    expect(refusals).toEqual([]);
  });

  it('retries the entries that the answer does not mention', async () => {
    const answers = [{ Successful: [{ Id: '0' }] }];
    const { mover, requests } = aMover(() => answers.shift());

    const refusals = await mover.send([deadLetter('a'), deadLetter('b')]);

    expect(requests().map(bodies)).toEqual([['a', 'b'], ['b']]);
    expect(refusals).toEqual([]);
  });

  it('stops if an entry is denied, which does not concern the dead letter', async () => {
    const denied = { Id: '0', Code: 'AccessDenied', SenderFault: true, Message: 'not allowed' };
    const { mover } = aMover(() => ({ Failed: [denied] }));

    await expect(mover.send([deadLetter('a')])).rejects.toMatchObject({ code: 'TL_SQS_DENIED' });
  });

  it('stops if the request is denied', async () => {
    const { mover } = aMover(() => {
      throw Object.assign(new Error('not allowed'), { name: 'AccessDenied' });
    });

    await expect(mover.send([deadLetter('a')])).rejects.toMatchObject({ code: 'TL_SQS_DENIED' });
  });

  it('preserves the group on FIFO, and uses the id of the dead letter for deduplication', async () => {
    const { mover, requests } = aMover(undefined, fifo);
    const Attributes = { MessageGroupId: 'order-7' };

    await mover.send([deadLetterOf(aMessage('a', { Attributes }))]);

    expect(requests()[0]?.[0]).toMatchObject({
      MessageGroupId: 'order-7',
      MessageDeduplicationId: 'a',
    });
  });

  it('preserves the group of a standard queue and the X-Ray context', async () => {
    const { mover, requests } = aMover();
    const Attributes = { MessageGroupId: 'tenant-1', AWSTraceHeader: 'Root=1-2-3' };

    await mover.send([deadLetterOf(aMessage('a', { Attributes }))]);

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
