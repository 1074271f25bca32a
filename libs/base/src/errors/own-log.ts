import { Logger } from '@nestjs/common';

/**
 * The logger of Throughline. Never throws: an application's logger may throw, but that must not block a slot or end the process.
 * Throughline logs in timers, and between a message and its settlement.
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
