import { describe, expect, it } from '@jest/globals';
import { documentOf } from './json.js';
import { playedLike, problemRow, rowLike } from './played.fixture.js';

describe('documentOf', () => {
  it('has all rows of all scenarios, with their figures as they were measured', () => {
    const played = [playedLike([rowLike()]), playedLike([rowLike({ contender: 'Nest' })])];

    const document = documentOf(['kafka', 'lanes'], played);

    expect(document.suite).toBe('kafka,lanes');
    expect(document.rows).toHaveLength(2);
    expect(document.rows[0]).toMatchObject({
      scenario: 'tiny messages',
      contender: 'Throughline',
      perSecond: 123_456.7,
      cpuMicros: 8.765,
      requestsPerMessage: null,
      peakMb: 101.2,
      ratio: 0.98,
    });
    expect(document.goals).toHaveLength(4);
  });

  it('survives JSON as it is: what is missing is null', () => {
    const document = documentOf(['kafka'], [playedLike([problemRow('Nest', 'broken')])]);

    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });
});
