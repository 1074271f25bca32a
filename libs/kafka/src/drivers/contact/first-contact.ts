import type { ConnectionOptions } from 'node:tls';
import { sentenceOf, ThroughlineError } from '#base';

import { addressOf } from '../connection-rules.js';
import { obstacleOf } from './obstacles.js';
import { isUnreachable, probe } from './probe.js';

/** The options of a driver that decide whether its brokers accept it. */
export interface ContactSettings {
  readonly brokers: readonly string[];
  readonly ssl: boolean | ConnectionOptions | undefined;
  readonly mechanism: string | undefined;
  /** In milliseconds. */
  readonly connectionTimeout: number;
}

/**
 * Knows whether a broker has ever served this driver. Until then, TLS options that do not fit and refused credentials are
 * configuration errors, and startup fails. After that, they count as an outage, because settings that worked once can work again.
 */
export class FirstContact {
  readonly #options: ContactSettings;
  #isMade = false;
  #asking: Promise<ThroughlineError | undefined> | undefined;

  constructor(options: ContactSettings) {
    this.#options = options;
  }

  /** Records that a broker has answered a request that it answers only after the login. */
  made(): void {
    this.#isMade = true;
  }

  /**
   * Explains why no connection works. Returns `undefined` if waiting may help, because a broker is down, a broker seems to accept
   * these settings, or a broker has served this driver before.
   *
   * @param failure how the client failed to connect
   * @returns `TL_KAFKA_TLS_FAILED`, `TL_KAFKA_DENIED`
   */
  obstacle(failure: unknown): Promise<ThroughlineError | undefined> {
    if (this.#isMade || isUnreachable(failure)) return Promise.resolve(undefined);
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** Returns the error for credentials that the broker refuses, if it has accepted them before. */
  refusedLater(refusal: unknown): ThroughlineError | undefined {
    if (!this.#isMade) return undefined;
    return new ThroughlineError(
      'TL_KAFKA_UNAVAILABLE',
      `Kafka now refuses the credentials that it accepted before: ${sentenceOf(refusal)}`,
      { cause: refusal },
    );
  }

  async #ask(): Promise<ThroughlineError | undefined> {
    const { brokers, ssl, mechanism, connectionTimeout: timeout } = this.#options;
    const obstacles = await Promise.all(
      brokers
        .flatMap((broker) => addressOf(broker) ?? [])
        .map(async (address) => {
          const finding = await probe(address, { ssl, mechanism, timeout });
          return { finding, obstacle: obstacleOf(address, finding, mechanism) };
        }),
    );
    if (obstacles.some(({ finding }) => finding.kind === 'fits')) return undefined;
    return obstacles.find(({ obstacle }) => obstacle !== undefined)?.obstacle;
  }
}
