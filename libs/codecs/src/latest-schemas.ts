import { isUnavailable } from '#base';
import { askRegistry, type SchemaRegistry } from './schema-registry.js';

/**
 * How long a known id is used, in milliseconds, after the registry has failed to respond. Without this time, every message would
 * wait for the registry.
 */
const AFTER_AN_OUTAGE = 5_000;

interface Latest {
  readonly id: number;
  /** The time until which the id is used without asking the registry, in milliseconds of the monotonic clock. */
  readonly until: number;
}

/** Caches the id of each subject's latest schema. Concurrent messages share a request to the registry. */
export class LatestSchemas {
  readonly #registry: SchemaRegistry;
  readonly #refresh: number;
  readonly #known = new Map<string, Latest>();
  readonly #asked = new Map<string, Promise<number>>();

  /** @param refresh how long an id is used before the registry is asked again, in milliseconds */
  constructor(registry: SchemaRegistry, refresh: number) {
    this.#registry = registry;
    this.#refresh = refresh;
  }

  /** Returns the id of the latest schema. While the registry is unavailable, the last known id is used. */
  async idOf(subject: string): Promise<number> {
    const known = this.#known.get(subject);
    if (known !== undefined && known.until > performance.now()) return known.id;
    try {
      return await this.#ask(subject);
    } catch (error) {
      if (known === undefined || !isUnavailable(error)) throw error;
      this.#known.set(subject, { id: known.id, until: performance.now() + AFTER_AN_OUTAGE });
      return known.id;
    }
  }

  #ask(subject: string): Promise<number> {
    const asked = this.#asked.get(subject);
    if (asked !== undefined) return asked;
    const answer = askRegistry(`the latest schema of "${subject}"`, async () => {
      const id = await this.#registry.getLatestSchemaId(subject);
      if (!Number.isInteger(id)) throw new Error('its response contains no schema id');
      this.#known.set(subject, { id, until: performance.now() + this.#refresh });
      return id;
    }).finally(() => this.#asked.delete(subject));
    this.#asked.set(subject, answer);
    return answer;
  }
}
