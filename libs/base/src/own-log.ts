import { Logger } from '@nestjs/common';

/**
 * What Throughline says in the log. A logger of the application's own may throw, and that is no reason for a message to lose its
 * slot, or for the process to end: whoever logs stands in timers, and between a message and its settlement.
 */
export class OwnLog extends Logger {
  override error(message: unknown, ...more: unknown[]): void {
    orNothing(() => super.error(message, ...more));
  }

  override warn(message: unknown, ...more: unknown[]): void {
    orNothing(() => super.warn(message, ...more));
  }

  override log(message: unknown, ...more: unknown[]): void {
    orNothing(() => super.log(message, ...more));
  }

  override debug(message: unknown, ...more: unknown[]): void {
    orNothing(() => super.debug(message, ...more));
  }
}

function orNothing(say: () => void): void {
  try {
    say();
  } catch {
    // There is nowhere else to say it.
  }
}
