import { timerDelay } from '#base';

/** The clock of an in-memory broker. The broker uses it for all waits. */
export interface Clock {
  /** Returns the current time in milliseconds since the epoch. */
  now(): number;
  /** Calls a function after the given number of milliseconds. Returns a function that cancels the call. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The machine's clock. Its timers do not keep the process alive. Only a source that receives messages does. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, timerDelay(milliseconds)).unref();
    return () => clearTimeout(timer);
  },
};

const LONG = 2 ** 30;

/** Keeps the process alive, as an open connection to a broker would. Returns a function that lets the process end again. */
export function keepProcessAlive(): () => void {
  const timer = setInterval(() => undefined, LONG);
  return () => clearInterval(timer);
}
