import { Logger } from '@nestjs/common';
import { reasonOf } from 'throughline';

/** How a group's member stands with Kafka, as its driver tells; told on in the log. */
export class Standing {
  readonly #group: string;
  readonly #log = new Logger('Throughline');
  #isMember = false;
  #outage: Error | undefined;

  constructor(group: string) {
    this.#group = group;
  }

  get isMember(): boolean {
    return this.#isMember;
  }

  /** Why Kafka is away, if it is. */
  get outage(): Error | undefined {
    return this.#outage;
  }

  joined(): void {
    this.#isMember = true;
  }

  left(): void {
    this.#isMember = false;
  }

  lost(): void {
    this.#isMember = false;
    this.#log.warn(
      `The group "${this.#group}" has lost its partitions; what was at work may come again.`,
    );
  }

  down(error: Error): void {
    this.#outage = error;
    this.#log.warn(`Kafka is away (${reasonOf(error)}); the group "${this.#group}" waits for it.`);
  }

  up(): void {
    this.#outage = undefined;
    this.#log.log(`Kafka answers again; the group "${this.#group}" goes on.`);
  }
}
