import { describe, expect, it } from '@jest/globals';
import type { Entry } from '../scenario.js';
import { resultLike } from './result.fixture.js';
import { progressOn } from './progress.js';

const { scenario } = resultLike([]);
const entry: Entry = { title: 'Throughline', candidate: 'throughline-kafka' };
const sample = { perSecond: 1_234, cpuMicros: 5, requestsPerMessage: null, peakMb: 1 };

function screenOf(isTTY: boolean): { isTTY: boolean; text: string; write(text: string): void } {
  return {
    isTTY,
    text: '',
    write(text: string) {
      this.text += text;
    },
  };
}

describe('progressOn', () => {
  it('replaces the line in a terminal', () => {
    const screen = screenOf(true);
    const progress = progressOn(screen);

    progress.begins(scenario, 0, entry);
    expect(screen.text).toBe('tiny messages, round 1 of 5: Throughline …');
    progress.ended(scenario, 0, entry, { sample });

    expect(screen.text).toContain('\r\u001B[Ktiny messages, round 1 of 5: Throughline  1,234/s');
    expect(screen.text).toMatch(/ 5 µs\n$/);
  });

  it('writes a line for each run elsewhere', () => {
    const screen = screenOf(false);
    const progress = progressOn(screen);

    progress.begins(scenario, 4, entry);
    progress.ended(scenario, 4, entry, { problem: 'handled 7 of 8 messages' });

    expect(screen.text).toBe('tiny messages, round 5 of 5: Throughline  handled 7 of 8 messages\n');
  });
});
