import { describe, expect, it } from '@jest/globals';
import { traceparentOf } from './traceparent.js';

describe('traceparentOf', () => {
  it.each([
    [1, 100],
    [0.1, 10],
    [0, 0],
  ] as const)('a share of %d samples that part of the traces', (share, sampled) => {
    const contexts = Array.from({ length: 100 }, (_, number) => traceparentOf(number, share));

    expect(contexts.filter((context) => context.endsWith('-01'))).toHaveLength(sampled);
  });

  it('is a W3C context, of a trace of its own', () => {
    expect(traceparentOf(0, 1)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(traceparentOf(0, 1)).not.toBe(traceparentOf(0, 1));
  });
});
