import { describe, expect, it } from '@jest/globals';
import { allDone, suppress, type Asked } from '../../client/fake-client.fixture.js';
import { DeadLetterQueue } from './dead-letter-queue.js';
import { anSqsWith, deadLettersOn } from './sqs-dead-letter.fixture.js';
import { askPatiently } from './ask-patiently.js';

/** A dead-letter queue of a fake SQS that gives these answers in turn, and then succeeds. */
function aQueue(...answers: readonly object[]) {
  const left = [...answers];
  const { client, asked } = anSqsWith([], (ask) => left.shift() ?? allDone(ask));
  const ask = askPatiently({ suppress, signal: new AbortController().signal, patience: 2_000 });
  const queue = new DeadLetterQueue({ address: deadLettersOn(client), visibility: 30_000, ask });
  return { queue, deletes: () => asked.map(receiptsOf) };
}

const receiptsOf = ({ input }: Asked): readonly string[] =>
  (input.Entries as readonly { readonly ReceiptHandle: string }[]).map(
    ({ ReceiptHandle }) => ReceiptHandle,
  );

describe('DeadLetterQueue.delete', () => {
  it('retries entries that the answer does not mention', async () => {
    const { queue, deletes } = aQueue({ Successful: [{ Id: '0' }] });

    expect(await queue.delete(['a', 'b'])).toEqual([]);
    expect(deletes()).toEqual([['a', 'b'], ['b']]);
  });

  it('retries entries that failed in SQS, and returns those that are no longer ours', async () => {
    const { queue, deletes } = aQueue({
      Failed: [
        { Id: '0', Code: 'InternalError', SenderFault: false },
        { Id: '1', Code: 'ReceiptHandleIsInvalid', SenderFault: true },
      ],
    });

    expect(await queue.delete(['a', 'b'])).toEqual(['b']);
    expect(deletes()).toEqual([['a', 'b'], ['a']]);
  });

  it('rejects at once if a permission is missing', async () => {
    const { queue, deletes } = aQueue({
      Failed: [{ Id: '0', Code: 'AccessDenied', SenderFault: true }],
    });

    const error: unknown = await queue.delete(['a']).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'TL_SQS_DENIED' });
    expect(String(error)).toContain('sqs:DeleteMessage');
    expect(deletes()).toHaveLength(1);
  });
});

describe('DeadLetterQueue.hide', () => {
  it('does not count an entry as hidden that the answer does not mention', async () => {
    const { queue } = aQueue({ Successful: [{ Id: '1' }] });

    expect(
      await queue.hide([
        { receipt: 'a', seconds: 30 },
        { receipt: 'b', seconds: 30 },
      ]),
    ).toEqual(['b']);
  });
});
