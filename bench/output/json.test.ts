import { describe, expect, it } from '@jest/globals';
import { documentOf } from './json.js';
import { resultLike, problemRow, rowLike } from './result.fixture.js';

describe('documentOf', () => {
  it('has all rows of all scenarios, with their figures as they were measured', () => {
    const results = [resultLike([rowLike()]), resultLike([rowLike({ candidate: 'Nest' })])];

    const document = documentOf(['kafka', 'lanes'], results);

    expect(document.suite).toBe('kafka,lanes');
    expect(document.rows).toHaveLength(2);
    expect(document.rows[0]).toMatchObject({
      scenario: 'tiny messages',
      candidate: 'Throughline',
      perSecond: 123_456.7,
      cpuMicros: 8.765,
      requestsPerMessage: null,
      peakMb: 101.2,
      ratio: 0.98,
    });
    expect(document.goals).toHaveLength(4);
  });

  it('survives JSON as it is: what is missing is null', () => {
    const document = documentOf(['kafka'], [resultLike([problemRow('Nest', 'broken')])]);

    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });
});
