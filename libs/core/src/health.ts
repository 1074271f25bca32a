import { Injectable } from '@nestjs/common';
import type { HealthReports } from 'throughline/transport';
import { OwnLog } from '#base';

/** A problem that needs your attention. */
export interface Trouble {
  /** The subject of the problem: a handler, such as `OrderProcessor.process`, or the name of a source. */
  readonly who: string;
  readonly what: string;
  readonly since: Date;
}

/**
 * Reports whether the application is healthy. Inject this class and use it in a health check.
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

  /** Reports a problem. The problem is logged only the first time. */
  report(who: string, what: string): void {
    if (this.#troubles.has(who)) return;
    this.#troubles.set(who, { who, what, since: new Date() });
    this.#log.error(`${who} is unhealthy: ${what}`);
  }

  /** Clears a problem. */
  clear(who: string): void {
    if (this.#troubles.delete(who)) this.#log.log(`${who} is healthy again.`);
  }
}
