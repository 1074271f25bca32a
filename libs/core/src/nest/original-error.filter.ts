import { Catch, Injectable, type ExceptionFilter } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { throwError, type Observable } from 'rxjs';
import { currentRun } from '../pipeline/run/current-run.js';

/** What no exception is an instance of by its class, and every exception is within one of our deliveries. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- Nest asks "instanceof" of a class
class ThrownInADelivery {
  static [Symbol.hasInstance](): boolean {
    return currentRun.get() !== undefined;
  }
}

/**
 * Hands on what a handler, guard or pipe threw, as it was thrown. Nest's own last resort makes "Internal server error" of it and
 * logs it without the message's id. It is the first filter of all, and Nest asks the last one first, so every filter of the
 * user's comes before it; and it leaves HTTP and other people's transports alone.
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
