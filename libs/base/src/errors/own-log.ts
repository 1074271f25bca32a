import { Logger } from '@nestjs/common';

/**
 * The logger of Throughline. It never throws, even if the application's logger throws. Throughline logs in timers and before
 * settlements, where an exception would end the process or block a slot.
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
    // If the application's logger throws, nothing is left that could report the error.
  }
}
