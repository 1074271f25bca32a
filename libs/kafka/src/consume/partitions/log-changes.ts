import { OwnLog } from '#base';
import type { TakeOver } from './take-over.js';

type Change = NonNullable<TakeOver['change']>;

const TEXTS: Readonly<Record<Change['kind'], (name: string, change: Change) => string>> = {
  replaced: (name) =>
    `The log of ${name} was replaced: its topic or its cluster was deleted and created again. The group starts at the beginning of the new log.`,
  truncated: (name, change) =>
    `The log of ${name} lost records that the group had already read, for example in an unclean leader election. The group continues at offset ${offsetOf(change)}. Messages may be processed again.`,
  trimmed: (name, change) =>
    `The log of ${name} no longer contains the records that the group would have read next. The group continues at offset ${offsetOf(change)}. Check the retention of the topic, and whether the group keeps up.`,
  reset: (name, change) =>
    `The committed offset of ${name} was changed from outside of the group. The group continues at offset ${offsetOf(change)}.`,
};

/** Logs and counts how the logs of a group's partitions changed. */
export class LogChanges {
  readonly #group: string;
  readonly #log = new OwnLog('Throughline');
  #count = 0;

  constructor(group: string) {
    this.#group = group;
  }

  /** How many changes were reported. */
  get count(): number {
    return this.#count;
  }

  /** @param name the partition's name */
  report(name: string, change: Change): void {
    this.#count += 1;
    this.#log.warn(`Group "${this.#group}": ${TEXTS[change.kind](name, change)}`);
  }
}

const offsetOf = (change: Change): number =>
  change.kind === 'replaced' ? change.log.start : change.offset;
