import { describe, expect, it } from '@jest/globals';
import { atMostBeyond, fasterThan, requestsAtMost, evaluateGoal } from './goal.js';
import type { Round } from './row.js';
import type { Outcome } from './sample.js';

const did = (perSecond: number, cpuMicros: number, requestsPerMessage = 0.2): Outcome => ({
  sample: { perSecond, cpuMicros, requestsPerMessage, peakMb: 70 },
});
const rounds: readonly Round[] = [
  new Map([
    ['ours', did(400, 9)],
    ['peer', did(100, 5)],
  ]),
  new Map([
    ['ours', did(200, 10)],
    ['peer', did(100, 4)],
  ]),
  new Map([
    ['ours', did(300, 8)],
    ['peer', did(100, 3)],
  ]),
];

describe('a goal', () => {
  it.each([
    [fasterThan('ours', 'peer', 3), 3, true],
    [fasterThan('ours', 'peer', 3.1), 3, false],
    [atMostBeyond('ours', 'peer', 5), 5, true],
    [atMostBeyond('ours', 'peer', 4.9), 5, false],
    [requestsAtMost('ours', 0.25), 0.2, true],
    [requestsAtMost('ours', 0.1), 0.2, false],
  ])('is judged by the median of the rounds: %j', (goal, value, isReached) => {
    expect(evaluateGoal(goal, 'tiny', rounds)).toMatchObject({ value, isReached });
  });

  it('is not reached where it could not be measured', () => {
    expect(evaluateGoal(fasterThan('ours', 'nobody', 1), 'tiny', rounds)).toEqual({
      scenario: 'tiny',
      goal: 'ours ≥ 1 × nobody',
      value: null,
      limit: 1,
      isReached: false,
    });
  });

  it('lets a mistake in its own figure be seen', () => {
    const broken = {
      ...fasterThan('ours', 'peer', 1),
      figure: () => {
        throw new RangeError('mistake');
      },
    };

    expect(() => evaluateGoal(broken, 'tiny', rounds)).toThrow('mistake');
  });
});
