import { describe, expect, it, jest } from '@jest/globals';
import { loadFile } from '../internals/load.js';
import { sortedByPartition } from './sorted-by-partition.js';

interface Numbered {
  readonly number: number;
}

type Group = (options: {
  readonly topic: string;
  readonly partitionMetadata: readonly object[];
  readonly messages: readonly Numbered[];
  readonly partitioner: (asked: { readonly message: Numbered }) => number;
}) => Record<string, readonly Numbered[]>;

const group = loadFile('kafkajs/src/producer/groupMessagesPerPartition') as Group;

const numbered = (length: number): Numbered[] =>
  Array.from({ length }, (_, number) => ({ number }));

describe('messages that kafkajs sorts by partition', () => {
  it('are sorted as kafkajs does it, in order, with each partition chosen once', () => {
    const chosen: number[] = [];
    const options = { topic: 't', partitionMetadata: [{}, {}, {}] };
    const partitioner = ({ message: { number } }: { readonly message: Numbered }): number => {
      chosen.push(number);
      return number % 3;
    };

    const plain = group({ ...options, partitioner, messages: numbered(10) });
    chosen.length = 0;
    const ours = group({ ...options, partitioner, messages: sortedByPartition(numbered(10)) });

    expect(ours).toEqual(plain);
    expect(chosen).toEqual(numbered(10).map(({ number }) => number));
  });

  it('are not sorted by the built-in reduce, which makes kafkajs copy messages', () => {
    const itsOwn = jest.spyOn(Array.prototype, 'reduce');
    const messages = sortedByPartition(numbered(3));

    group({ topic: 't', partitionMetadata: [{}], messages, partitioner: () => 0 });

    expect(itsOwn).not.toHaveBeenCalled();
    itsOwn.mockRestore();
  });
});
