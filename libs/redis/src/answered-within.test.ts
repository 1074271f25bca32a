import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { answeredWithin } from './answered-within.js';

const late = (): Error => new Error('too late');

describe('an answer', () => {
  it('is too late when it does not arrive', async () => {
    const never = new Promise(() => undefined);

    await expect(answeredWithin(1, never, late)).rejects.toThrow('too late');
  });

  it('is passed on when it arrives, also as an error', async () => {
    const failed = Promise.reject(new Error('no'));

    expect(await answeredWithin(10_000, Promise.resolve('yes'), late)).toBe('yes');
    await expect(answeredWithin(10_000, failed, late)).rejects.toThrow('no');
  });

  it('is in time when it arrived while the event loop was blocked for longer', async () => {
    const signal = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(
      `const { parentPort, workerData: signal } = require('node:worker_threads');
       parentPort.once('message', () => {
         Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
         parentPort.postMessage('yes');
         Atomics.store(signal, 0, 1);
         Atomics.notify(signal, 0);
       });`,
      { eval: true, workerData: signal },
    );
    await once(worker, 'online');
    const answer = once(worker, 'message');
    worker.postMessage('ask');
    // From here on, the event loop runs its timers before it reads what has arrived.
    await turn();

    const answered = answeredWithin(10, answer, late);
    Atomics.wait(signal, 0, 0);

    expect(await answered).toEqual(['yes']);
    await worker.terminate();
  });
});
