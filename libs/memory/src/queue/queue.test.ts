import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../manual-clock.fixture.js';
import type { StoredMessage } from '../message.js';
import { MemoryQueue, type Received } from './queue.js';

const message = (text: string): StoredMessage => ({
  body: Buffer.from(text),
  key: null,
  headers: {},
});

const texts = (received: readonly Received[]): readonly string[] =>
  received.map(({ message: { body } }) => Buffer.from(body ?? '').toString());

const HOUR = 3_600_000;

function aQueue(name = 'orders') {
  const clock = new ManualClock();
  const queue = new MemoryQueue(name, clock);
  const add = (text: string, group: string | null = null): string =>
    queue.add(message(text), { group });
  const receive = (most = 10): readonly Received[] => queue.receive(most, 30_000);
  return { clock, queue, add, receive };
}

describe('a standard queue', () => {
  it('hides what was received until its visibility timeout ends, and counts receives', () => {
    const { clock, add, receive } = aQueue();
    add('a');

    expect(receive().map(({ receives }) => receives)).toEqual([1]);
    clock.advance(29_999);
    expect(receive()).toEqual([]);
    clock.advance(1);
    expect(receive().map(({ receives }) => receives)).toEqual([2]);
  });

  it('takes a delete only with the receipt of the last receive', () => {
    const { clock, queue, add, receive } = aQueue();
    add('a');
    const [first] = receive();
    clock.advance(30_000);
    const [second] = receive();
    if (first === undefined || second === undefined) throw new Error('nothing was received');

    expect(queue.delete(first.id, first.receipt)).toBe(false);
    expect(queue.delete(second.id, second.receipt)).toBe(true);
    expect(queue.size).toBe(0);
  });

  it('keeps a message hidden while its receiver extends that, for 12 hours at most', () => {
    const { clock, queue, add, receive } = aQueue();
    add('a');
    const [received] = receive();
    if (received === undefined) throw new Error('nothing was received');
    const extend = (): boolean => queue.changeVisibility(received.id, received.receipt, HOUR);

    extend();
    for (let hours = 0.5; hours < 12; hours += 0.5) {
      clock.advance(HOUR / 2);
      expect(extend()).toBe(true);
    }
    clock.advance(HOUR / 2);
    expect(extend()).toBe(false);
    expect(receive()).toHaveLength(1);
  });

  it('shows a message at once whose receiver gives it back, and a delayed one when it is due', () => {
    const { clock, queue, add, receive } = aQueue();
    queue.add(message('later'), { group: null, delay: 5_000 });
    add('now');
    const [received] = receive();
    if (received === undefined) throw new Error('nothing was received');

    expect(queue.counts).toEqual({ visible: 0, hidden: 1, delayed: 1 });
    queue.changeVisibility(received.id, received.receipt, 0);
    expect(texts(receive())).toEqual(['now']);
    clock.advance(5_000);
    expect(texts(receive())).toEqual(['later']);
  });

  it('tells its listeners in turn', () => {
    const { queue, add } = aQueue();
    const told: string[] = [];
    queue.onVisible(() => told.push('one'));
    const end = queue.onVisible(() => told.push('two'));

    add('a');
    add('b');
    end();
    add('c');

    expect(told).toEqual(['one', 'two', 'two', 'one', 'one']);
  });
});

describe('a FIFO queue', () => {
  it('hands out the messages of a group in order, and none while one of them is hidden', () => {
    const { queue, add, receive } = aQueue('orders.fifo');
    for (const text of ['a1', 'a2', 'a3']) add(text, 'a');
    const received = receive(2);
    add('b1', 'b');

    expect(texts(received)).toEqual(['a1', 'a2']);
    expect(texts(receive())).toEqual(['b1']);
    const [first, second] = received;
    if (first === undefined || second === undefined) throw new Error('nothing was received');
    queue.delete(first.id, first.receipt);
    expect(receive()).toEqual([]);
    queue.changeVisibility(second.id, second.receipt, 0);
    expect(texts(receive())).toEqual(['a2', 'a3']);
  });

  it('gives other groups their turn', () => {
    const { queue, add, receive } = aQueue('orders.fifo');
    for (const text of ['a1', 'a2', 'a3']) add(text, 'a');
    for (const text of ['b1', 'b2']) add(text, 'b');
    const seen: string[] = [];

    for (let times = 0; times < 5; times += 1) {
      const [received] = receive(1);
      if (received === undefined) break;
      seen.push(...texts([received]));
      queue.delete(received.id, received.receipt);
    }

    expect(seen).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
  });

  it('takes a second message with the same deduplication id for the first, for 5 minutes', () => {
    const { clock, queue, receive } = aQueue('orders.fifo');
    const add = (): string =>
      queue.add(message('same'), { group: 'a', deduplicationId: 'order-1' });

    const first = add();
    expect(add()).toBe(first);
    clock.advance(299_999);
    expect(add()).toBe(first);
    clock.advance(1);
    expect(add()).not.toBe(first);
    expect(receive()).toHaveLength(2);
  });
});
