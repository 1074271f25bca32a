import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { anInbound } from '../pipeline/inbound-message.fixture.js';
import { ACK, GIVEN_BACK, type DeadLetter } from 'throughline/transport';
import { testSource } from '../transport.fixture.js';
import { Settler } from './settler.js';
import type { Settlement, Source } from 'throughline/transport';

const aSource = (settle: Source['settle'], size = 3): Source =>
  testSource({ features: { settle: { size, within: 60_000 } }, settle });

describe('Settler', () => {
  it('tells the source when there are as many as it takes at a time, and the rest in the end', async () => {
    const told: string[][] = [];
    const settler = new Settler(
      aSource((entries: readonly Settlement[]) => {
        told.push(entries.map(({ inbound }) => inbound.id));
        return Promise.resolve();
      }),
    );

    for (const id of ['a', 'b', 'c', 'd']) settler.add(anInbound({ id }), ACK);

    expect(told).toEqual([['a', 'b', 'c']]);
    await settler.settled();
    expect(told).toEqual([['a', 'b', 'c'], ['d']]);
  });

  it('tells a source at once that takes one at a time, and is settled where that has nobody to ask', async () => {
    const told: string[][] = [];
    const settle = (entries: readonly Settlement[]): undefined => {
      told.push(entries.map(({ inbound }) => inbound.id));
    };
    const settler = new Settler(aSource(settle, 1));

    for (const id of ['a', 'b']) settler.add(anInbound({ id }), ACK);

    expect(told).toEqual([['a'], ['b']]);
    await expect(settler.settled()).resolves.toBeUndefined();
  });

  it('is settled only once all of it has been told', async () => {
    const answer = Promise.withResolvers<undefined>();
    const settler = new Settler(aSource(() => answer.promise));
    settler.add(anInbound(), ACK);
    let isSettled = false;

    const settled = settler.settled().then(() => (isSettled = true));
    await new Promise(setImmediate);
    expect(isSettled).toBe(false);
    answer.resolve(undefined);
    await settled;

    expect(isSettled).toBe(true);
  });

  it('acknowledges a dead letter only if it was stored', async () => {
    const told: Settlement['outcome'][] = [];
    const settler = new Settler(
      aSource((entries: readonly Settlement[]) => {
        told.push(...entries.map(({ outcome }) => outcome));
        return Promise.resolve();
      }),
    );
    const letter: DeadLetter = { kind: 'deadLetter', reason: 'rejected', cause: undefined };

    settler.add(anInbound({ id: 'stored' }), { ...letter, isStored: true });
    settler.add(anInbound({ id: 'unstored' }), letter);
    await settler.settled();

    expect(told).toEqual([ACK, GIVEN_BACK]);
  });

  it.each([
    ['rejects', (): Promise<never> => Promise.reject(new Error('a broken source'))],
    [
      'throws',
      (): never => {
        throw new Error('a broken source');
      },
    ],
  ])('goes on where its source %s: nothing of that ends the process', async (_, settle) => {
    Logger.overrideLogger(false);
    const settler = new Settler(aSource(settle));

    settler.add(anInbound(), ACK);

    await expect(settler.settled()).resolves.toBeUndefined();
  });
});
