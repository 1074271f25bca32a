import { describe, expect, it } from '@jest/globals';
import { ALWAYS, jobs, type Job } from '../../worker/job.js';
import { Ledger } from './ledger.js';
import { evaluate } from './result.js';

const [first, second] = jobs({ count: 2, keys: 1 }) as [Job, Job];
const poison: Job = { ...first, id: 'poison', key: 'poisoned', failures: ALWAYS };

/** A ledger with these jobs, and with effects in this order. */
function ledgerOf(produced: readonly Job[], effects: readonly Job[]): Ledger {
  const ledger = new Ledger();
  ledger.produce(produced);
  for (const { id } of effects) {
    ledger.take('worker-1', { kind: 'began', id, attempt: 1 });
    ledger.take('worker-1', { kind: 'ended', id, attempt: 1 });
  }
  return ledger;
}

describe('the result of a fault', () => {
  it('has no failure where every message had its effect, in order', () => {
    const ledger = ledgerOf([first, second], [first, second]);

    const { failures } = evaluate(ledger, [], { target: 'kafka', allowed: 0 });

    expect(failures).toEqual([]);
  });

  it('counts a message without an effect as lost', () => {
    const ledger = ledgerOf([first, second], [first]);

    const { lost, failures } = evaluate(ledger, [], { target: 'kafka', allowed: 0 });

    expect(lost).toBe(1);
    expect(failures).toEqual(['1 lost']);
  });

  it('counts a first effect before that of an earlier message, but no repetition', () => {
    const swapped = ledgerOf([first, second], [second, first]);
    const repeated = ledgerOf([first, second], [first, second, first]);

    expect(evaluate(swapped, [], { target: 'fifo', allowed: 0 }).failures).toEqual([
      '1 out of order',
    ]);
    expect(evaluate(repeated, [], { target: 'fifo', allowed: 1 }).failures).toEqual([]);
  });

  it('requires no order of a standard queue', () => {
    const ledger = ledgerOf([first, second], [second, first]);

    expect(evaluate(ledger, [], { target: 'sqs', allowed: 0 }).failures).toEqual([]);
  });

  it('compares duplicates with their limit', () => {
    const ledger = ledgerOf([first], [first, first, first]);

    expect(evaluate(ledger, [], { target: 'sqs', allowed: 2 }).failures).toEqual([]);
    expect(evaluate(ledger, [], { target: 'sqs', allowed: 1 }).failures).toEqual([
      '2 duplicates, 1 allowed',
    ]);
  });

  it('requires exactly the poison messages among the dead letters', () => {
    const ledger = ledgerOf([first, poison], [first]);
    const deadLetter = (id: string): { id: string; header: string } => ({ id, header: '' });

    const resultOf = (...ids: readonly string[]): readonly string[] =>
      evaluate(ledger, ids.map(deadLetter), { target: 'sqs', allowed: 0 }).failures;

    expect(resultOf('poison')).toEqual([]);
    expect(resultOf()).toContain('1 poison messages are no dead letters');
    expect(resultOf('poison', first.id)).toEqual(['1 healthy messages are dead letters']);
    expect(resultOf('poison', 'poison')).toEqual(['1 dead letters twice']);
  });
});

describe('the duplicates that a fault allows', () => {
  it('are the messages that a process had begun and its broker did not know to be done', () => {
    const ledger = ledgerOf([first, second], [first, second]);
    ledger.take('worker-1', { kind: 'settled', ids: [first.id] });

    ledger.died('worker-1');

    expect(ledger.allowed).toBe(1);
  });

  it('are none where all messages were settled', () => {
    const ledger = ledgerOf([first], [first]);
    ledger.settled(first.id);

    ledger.died('worker-1');

    expect(ledger.allowed).toBe(0);
  });
});
