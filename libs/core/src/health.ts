import { Injectable } from '@nestjs/common';
import type { HealthReports } from 'throughline/transport';
import { OwnLog } from '#base';

/** Something that a person has to look at. */
export interface Trouble {
  /** `OrderProcessor.process`, or the name of a source. */
  readonly who: string;
  readonly what: string;
  readonly since: Date;
}

/**
 * Whether the application does its work. Ask it from a health check.
 *
 * @example
 * \@Get('health') health() { return { healthy: this.health.isHealthy, troubles: this.health.troubles }; }
 */
@Injectable()
export class ThroughlineHealth implements HealthReports {
  readonly #troubles = new Map<string, Trouble>();
  readonly #log = new OwnLog('Throughline');

  get isHealthy(): boolean {
    return this.#troubles.size === 0;
  }

  get troubles(): readonly Trouble[] {
    return [...this.#troubles.values()];
  }

  /** Something is wrong from now on. It is logged once, however often it is said. */
  report(who: string, what: string): void {
    if (this.#troubles.has(who)) return;
    this.#troubles.set(who, { who, what, since: new Date() });
    this.#log.error(`${who} is unhealthy: ${what}`);
  }

  /** It is right again. */
  clear(who: string): void {
    if (this.#troubles.delete(who)) this.#log.log(`${who} is healthy again.`);
  }
}
