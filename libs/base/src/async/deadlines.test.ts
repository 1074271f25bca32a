import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Deadlines, type Timed } from './deadlines.js';

const NOW = 1_000_000;
const told: string[] = [];

class Errand implements Timed<Errand> {
  before: Errand | undefined;
  after: Errand | undefined;

  constructor(
    readonly name: string,
    readonly until: number,
  ) {}

  expire(): void {
    told.push(this.name);
  }
}

describe('Deadlines', () => {
  beforeEach(() => {
    told.length = 0;
    jest.useFakeTimers({ now: NOW });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('tells each at its own time, whatever the order in which they came', () => {
    const deadlines = new Deadlines<Errand>();
    for (const [name, until] of [
      ['late', NOW + 300],
      ['soon', NOW + 100],
      ['late too', NOW + 300],
    ] as const) {
      deadlines.add(new Errand(name, until));
    }

    jest.advanceTimersByTime(100);
    expect(told).toEqual(['soon']);
    jest.advanceTimersByTime(200);
    expect(told).toEqual(['soon', 'late', 'late too']);
  });

  it('has one timer for all of one time, and none where all are done', () => {
    const deadlines = new Deadlines<Errand>();
    const errands = Array.from({ length: 100 }, (_, at) => new Errand(`${at}`, NOW + 100));
    for (const errand of errands) deadlines.add(errand);
    expect(jest.getTimerCount()).toBe(1);

    for (const errand of errands) deadlines.remove(errand);

    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(1_000);
    expect(told).toEqual([]);
  });

  it('tells nothing of one that is done while others of its time are not', () => {
    const deadlines = new Deadlines<Errand>();
    const done = new Errand('done', NOW + 100);
    deadlines.add(new Errand('first', NOW + 100));
    deadlines.add(done);
    deadlines.add(new Errand('last', NOW + 100));

    deadlines.remove(done);
    jest.advanceTimersByTime(100);

    expect(told).toEqual(['first', 'last']);
  });

  it('has no timer for one with all the time in the world, and waits for one with more than Node can count', () => {
    const deadlines = new Deadlines<Errand>();
    deadlines.add(new Errand('never', Infinity));
    expect(jest.getTimerCount()).toBe(0);
    deadlines.add(new Errand('in a year', NOW + 365 * 24 * 3_600_000));

    jest.advanceTimersByTime(24 * 3_600_000);

    expect(told).toEqual([]);
  });
});
