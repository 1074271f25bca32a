import { describe, expect, it } from '@jest/globals';
import { setImmediate as aTurn } from 'node:timers/promises';
import { ACK, UNMATCHED } from 'throughline/transport';
import { handledByOf } from '../../delivery.js';
import { aDelivery } from '../delivery.fixture.js';
import { plainJavaScript } from '../../plain-javascript.fixture.js';
import { route, type Route } from './route.js';

const taken: string[] = [];
const aRoute = (handler: string, when: Route['when']): Route => ({
  handler,
  when,
  handle: () => {
    taken.push(handler);
    return ACK;
  },
});
const routes = [
  aRoute('large', (payload) => Number(payload) > 100),
  aRoute('even', (payload) => Number(payload) % 2 === 0),
];

describe('route', () => {
  it('gives a message to the first handler whose guard says yes, and remembers which', async () => {
    const delivery = aDelivery({ payload: 200 });

    await route(routes, 'ack')(delivery);

    expect(taken.splice(0)).toEqual(['large']);
    expect(handledByOf(delivery)).toBe('large');
  });

  it('asks the later ones where the first says no', async () => {
    await route(routes, 'ack')(aDelivery({ payload: 8 }));

    expect(taken.splice(0)).toEqual(['even']);
  });

  it.each([
    ['a promise of a no', () => Promise.resolve(false)],
    ['a promise that rejects', () => Promise.reject(new Error('no'))],
  ])('takes %s for a failure of the run, and not for a yes', async (_, when) => {
    const promising = aRoute('promising', plainJavaScript(when));

    expect(() => route([promising], 'ack')(aDelivery())).toThrow(
      expect.objectContaining({ code: 'TL_OPTION_INVALID' }),
    );
    expect(taken).toEqual([]);

    await aTurn(); // an unhandled rejection would fail this test
  });

  it('acks what nobody takes', () => {
    expect(route(routes, 'ack')(aDelivery({ payload: 7 }))).toBe(UNMATCHED);
  });

  it('makes a dead letter of it where that was asked for', () => {
    expect(route(routes, 'deadLetter')(aDelivery({ payload: 7 }))).toMatchObject({
      kind: 'deadLetter',
      reason: 'unmatched',
      cause: { code: 'TL_MESSAGE_UNMATCHED' },
    });
  });
});
