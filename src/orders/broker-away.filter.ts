import { Catch, HttpException, HttpStatus, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { isUnavailable } from '#base';
import { ThroughlineError } from 'throughline';

/** Answers 503 where the broker is away: the customer may try again. */
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
