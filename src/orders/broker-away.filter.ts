import { Catch, HttpException, HttpStatus, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { isUnavailable } from '#base';
import { ThroughlineError } from 'throughline';

/** Responds with 503 if the broker is unavailable, so that the customer can try again. */
@Catch(ThroughlineError)
export class BrokerAwayFilter extends BaseExceptionFilter {
  override catch(error: ThroughlineError, host: ArgumentsHost): void {
    const { code, message } = error;
    super.catch(
      isUnavailable(error)
        ? new HttpException({ code, message }, HttpStatus.SERVICE_UNAVAILABLE, { cause: error })
        : error,
      host,
    );
  }
}
