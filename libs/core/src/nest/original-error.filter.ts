import { Catch, Injectable, type ExceptionFilter } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { throwError, type Observable } from 'rxjs';
import { currentRun } from '../pipeline/run/current-run.js';

/** A type that matches every exception thrown while Throughline processes a delivery, and no other exception. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- Nest asks "instanceof" of a class
class ThrownInADelivery {
  static [Symbol.hasInstance](): boolean {
    return currentRun.get() !== undefined;
  }
}

/**
 * Passes on errors from handlers, guards and pipes unchanged. Nest's default filter would replace each error with "Internal
 * server error", and log it without the message's id. Nest tries filters in reverse order of registration. This filter is
 * registered first, so all of your filters take precedence. HTTP and other transports are not affected.
 */
@Injectable()
@Catch(ThrownInADelivery)
export class OriginalErrorFilter implements ExceptionFilter {
  constructor(config: ApplicationConfig) {
    config.addGlobalFilter(this);
  }

  catch(exception: unknown): Observable<never> {
    return throwError(() => exception);
  }
}
