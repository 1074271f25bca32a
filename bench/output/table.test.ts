import { describe, expect, it } from '@jest/globals';
import { resultLike, problemRow, rowLike } from './result.fixture.js';
import { tableOf } from './table.js';

describe('tableOf', () => {
  it('has a line for each candidate, with figures for humans, and the goals below', () => {
    const rows = [rowLike({ candidate: 'kafkajs', perSecond: 97.5, ratio: 1 }), rowLike()];

    expect(tableOf(resultLike(rows)).split('\n')).toEqual([
      'tiny messages',
      'Kafka, many tiny messages.',
      '               messages/s  spread  CPU µs a message  peak MB  ratio',
      '  kafkajs            97.5    ±3 %              8.77      101      1',
      '  Throughline     123,457    ±3 %              8.77      101   0.98',
      '  ✓ Throughline ≥ 0.9 × kafkajs: 0.98',
      '  ✗ Throughline ≥ 4 × Nest: not measured',
    ]);
  });

  it('shows requests where there are any', () => {
    const rows = [rowLike({ requestsPerMessage: 0.215 }), problemRow('sqs-consumer', 'broken')];
    const [, , head, ours] = tableOf(resultLike(rows)).split('\n');

    expect(head).toContain('requests a message');
    expect(ours).toContain('0.215');
  });

  it('says what went wrong instead of figures', () => {
    const [, , , line] = tableOf(resultLike([problemRow('Nest', 'handled 7 of 8 messages')])).split(
      '\n',
    );

    expect(line).toBe('  Nest  handled 7 of 8 messages');
  });

  it('speaks of starts where starts are measured', () => {
    const result = resultLike([rowLike()]);
    const starts = { ...result, scenario: { ...result.scenario, measures: 'start' as const } };

    const [, , head] = tableOf(starts).split('\n');

    expect(head).toMatch(/starts\/s +spread +CPU µs a start/);
  });
});
