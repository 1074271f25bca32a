import { describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { Runs, RunState } from './run-state.js';

const reason = new Error('gone');

describe('RunState', () => {
  it('aborts with its arrival, before and after anyone has asked for the signal', () => {
    const inbound = new AbortController();
    const run = new RunState(inbound.signal);
    const early = run.signal;
    inbound.abort(reason);

    expect([early.aborted, early.reason]).toEqual([true, reason]);
    expect(new RunState(inbound.signal).signal.reason).toBe(reason);
  });

  it('aborts by itself, and leaves its arrival alone', () => {
    const inbound = new AbortController();
    const run = new RunState(inbound.signal);

    run.abort(reason);

    expect(run.signal.reason).toBe(reason);
    expect(inbound.signal.aborted).toBe(false);
  });

  it('leaves nothing behind with its arrival once it has ended, whoever still listens', () => {
    const inbound = new AbortController();
    const runs = new Runs();
    const run = runs.begin(inbound.signal);
    run.signal.addEventListener('abort', () => undefined);
    expect(getEventListeners(inbound.signal, 'abort')).toHaveLength(1);

    runs.end(run);

    expect(getEventListeners(inbound.signal, 'abort')).toHaveLength(0);
  });

  it('tells the messages of a batch what the batch is told', () => {
    const runs = new Runs();
    const members = [1, 2].map(() => runs.begin(new AbortController().signal));
    const batch = runs.beginAll(members);

    batch.abort(reason);

    expect(members.map(({ signal }) => signal.reason as unknown)).toEqual([reason, reason]);
  });
});
