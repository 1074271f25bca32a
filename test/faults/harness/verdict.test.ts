import { describe, expect, it } from '@jest/globals';
import { ALWAYS, jobs, type Job } from '../worker/job.js';
import { Ledger } from './ledger.js';
import { judge } from './verdict.js';

const [first, second] = jobs({ count: 2, keys: 1 }) as [Job, Job];
const poison: Job = { ...first, id: 'poison', key: 'poisoned', failures: ALWAYS };

/** A ledger of these jobs, and of effects in this order. */
function ledgerOf(produced: readonly Job[], effects: readonly Job[]): Ledger {
  const ledger = new Ledger();
  ledger.produce(produced);
  for (const { id } of effects) {
    ledger.take('worker-1', { kind: 'began', id, attempt: 1 });
    ledger.take('worker-1', { kind: 'ended', id, attempt: 1 });
  }
  return ledger;
}

describe('the verdict of a fault', () => {
  it('finds nothing where every message had its effect, in order', () => {
    const ledger = ledgerOf([first, second], [first, second]);

    const { failures } = judge(ledger, [], { kind: 'kafka', allowed: 0 });

    expect(failures).toEqual([]);
  });

  it('counts a message without an effect as lost', () => {
    const ledger = ledgerOf([first, second], [first]);

    const { lost, failures } = judge(ledger, [], { kind: 'kafka', allowed: 0 });

    expect(lost).toBe(1);
    expect(failures).toEqual(['1 lost']);
  });

  it('counts a first effect before that of an earlier message, and no repetition', () => {
    const swapped = ledgerOf([first, second], [second, first]);
    const repeated = ledgerOf([first, second], [first, second, first]);

    expect(judge(swapped, [], { kind: 'fifo', allowed: 0 }).failures).toEqual(['1 out of order']);
    expect(judge(repeated, [], { kind: 'fifo', allowed: 1 }).failures).toEqual([]);
  });

  it('asks no order of a standard queue', () => {
    const ledger = ledgerOf([first, second], [second, first]);

    expect(judge(ledger, [], { kind: 'sqs', allowed: 0 }).failures).toEqual([]);
  });

  it('holds duplicates against their bound', () => {
    const ledger = ledgerOf([first], [first, first, first]);

    expect(judge(ledger, [], { kind: 'sqs', allowed: 2 }).failures).toEqual([]);
    expect(judge(ledger, [], { kind: 'sqs', allowed: 1 }).failures).toEqual([
      '2 duplicates, 1 allowed',
    ]);
  });

  it('wants exactly the poison among the dead letters', () => {
    const ledger = ledgerOf([first, poison], [first]);
    const letter = (id: string): { id: string; note: string } => ({ id, note: '' });

    const verdict = (...ids: readonly string[]): readonly string[] =>
      judge(ledger, ids.map(letter), { kind: 'sqs', allowed: 0 }).failures;

    expect(verdict('poison')).toEqual([]);
    expect(verdict()).toContain('1 poison messages are no dead letters');
    expect(verdict('poison', first.id)).toEqual(['1 healthy messages are dead letters']);
    expect(verdict('poison', 'poison')).toEqual(['1 dead letters twice']);
  });
});

describe('the duplicates that a fault allows', () => {
  it('are what a process had begun and its broker did not know to be done', () => {
    const ledger = ledgerOf([first, second], [first, second]);
    ledger.take('worker-1', { kind: 'settled', ids: [first.id] });

    ledger.died('worker-1');

    expect(ledger.allowed).toBe(1);
  });

  it('are none where all was settled', () => {
    const ledger = ledgerOf([first], [first]);
    ledger.settled(first.id);

    ledger.died('worker-1');

    expect(ledger.allowed).toBe(0);
  });
});
