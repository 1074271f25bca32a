import type { ICustomPartitioner, Message } from 'kafkajs';

import { unavailable } from './kafka-errors.js';

/**
 * kafkajs's own partitioner (murmur2, as Java), which remembers what it chose: a record that is tried again goes where it went
 * before, and its answer can be found. It is asked right before each produce, so it is also where a record that was given up
 * is stopped from being written later.
 */
export class StickyPartitioner {
  readonly #chosen = new WeakMap<Message, number>();
  readonly #deadlines = new WeakMap<Message, number>();
  readonly create: ICustomPartitioner;

  constructor(createDefault: ICustomPartitioner) {
    this.create = () => {
      const choose = createDefault();
      return (args) => {
        const { message } = args;
        if (Date.now() > (this.#deadlines.get(message) ?? Infinity)) throw givenUp();
        const partition = this.#chosen.get(message) ?? choose(args);
        this.#chosen.set(message, partition);
        return partition;
      };
    };
  }

  giveUpAt(message: Message, deadline: number): void {
    this.#deadlines.set(message, deadline);
  }

  partitionOf(message: Message): number | undefined {
    return this.#chosen.get(message);
  }
}

function givenUp(): Error {
  return Object.assign(unavailable('Sending'), { retriable: false });
}
