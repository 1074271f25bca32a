import type { Attributes, Meter, MetricOptions } from '@opentelemetry/api';

interface Cell {
  readonly attributes: Attributes;
  count: number;
}

/**
 * A counter that the SDK reads when it exports. If each message were added to a counter of the SDK, it would cost ten times as
 * much, because the SDK formats the attributes as JSON each time (sdk-metrics 2.11, hashAttributes). The exported values are the
 * same.
 */
export class ObservedCounter {
  readonly #cells = new Map<string, Cell>();

  constructor(meter: Meter, name: string, options: MetricOptions) {
    meter.createObservableCounter(name, options).addCallback((result) => {
      for (const { count, attributes } of this.#cells.values()) result.observe(count, attributes);
    });
  }

  /** @param key identifies the attributes. All keys are kept in memory, so use only a few different ones. */
  add(count: number, key: string, attributes: () => Attributes): void {
    const known = this.#cells.get(key);
    if (known === undefined) this.#cells.set(key, { attributes: attributes(), count });
    else known.count += count;
  }
}
