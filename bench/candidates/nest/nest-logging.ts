import { Logger } from '@nestjs/common';

/** Every Nest application of the bench logs warnings and errors only. */
export function logWarningsOnly(): void {
  Logger.overrideLogger(['warn', 'error', 'fatal']);
}
