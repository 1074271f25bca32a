import { concat, delay, of, throwError, type Observable } from 'rxjs';
import type { Order } from '../checked-orders.js';

/** A way to fail, and the reason that the log must have. */
export interface Failure {
  readonly title: string;
  readonly reason: RegExp;
  readonly fail: (order: Order) => unknown;
}

/* eslint-disable @typescript-eslint/only-throw-error -- these tests throw values that are no Error */
export const FAILURES: readonly Failure[] = [
  {
    title: 'a handler that throws',
    reason: /: out of stock$/,
    fail: (): never => {
      throw new Error('out of stock');
    },
  },
  {
    title: 'a handler that rejects late',
    reason: /: too late$/,
    fail: async (): Promise<never> => {
      await new Promise(setImmediate);
      throw new Error('too late');
    },
  },
  {
    title: 'a TypeError',
    reason: /: Cannot read properties of undefined/,
    fail: (order) => (order as unknown as { buyer: { name: string } }).buyer.name,
  },
  {
    title: 'a throw of a string',
    reason: /: no more$/,
    fail: (): never => {
      throw 'no more';
    },
  },
  {
    title: 'a throw of undefined',
    reason: /: undefined$/,
    fail: (): never => {
      throw undefined;
    },
  },
  {
    title: 'a throw of null',
    reason: /: null$/,
    fail: (): never => {
      throw null;
    },
  },
  {
    title: 'a throw of an object',
    reason: /: {"why":"no"}$/,
    fail: (): never => {
      throw { why: 'no' };
    },
  },
  {
    title: 'an Observable that fails late',
    reason: /: stream broke$/,
    fail: (): Observable<unknown> =>
      concat(
        of(1).pipe(delay(5)),
        throwError(() => new Error('stream broke')),
      ),
  },
];
/* eslint-enable @typescript-eslint/only-throw-error */
