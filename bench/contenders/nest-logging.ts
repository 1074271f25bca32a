import { Logger } from '@nestjs/common';

/** Every Nest application of the bench logs the same: what is wrong. */
export function logOnlyTrouble(): void {
  Logger.overrideLogger(['warn', 'error', 'fatal']);
}
