import type { ThroughlineError } from '#base';

import type { Membership } from '../../membership.js';

/** The operation that failed: reading the topic's metadata, or fetching or decoding one of its partitions. */
export type FailureSource = 'metadata' | `fetch ${number}` | `decode ${number}`;

interface Failure {
  readonly sources: Set<FailureSource>;
  reported: string;
}

/** Reports topics that cannot be read although others can: once per topic and reason, and once when the topic can be read again. */
export class TopicFailures {
  readonly #failures = new Map<string, Failure>();

  constructor(private readonly membership: Membership) {}

  failed(topic: string, source: FailureSource, error: ThroughlineError): void {
    const known = this.#failures.get(topic);
    const failure = known ?? { sources: new Set(), reported: '' };
    failure.sources.add(source);
    this.#failures.set(topic, failure);
    if (failure.reported === error.code) return;
    failure.reported = error.code;
    this.membership.topicFailed(topic, error);
  }

  passed(topic: string, source: FailureSource): void {
    if (this.#failures.size === 0) return;
    const failure = this.#failures.get(topic);
    if (failure?.sources.delete(source) !== true || failure.sources.size > 0) return;
    this.#failures.delete(topic);
    this.membership.topicRecovered(topic);
  }

  /** Forgets the failures of partitions, because the member may be assigned other partitions from now on. */
  forgetPartitions(): void {
    for (const [topic, { sources }] of [...this.#failures]) {
      for (const source of [...sources]) if (source !== 'metadata') this.passed(topic, source);
    }
  }
}
