/** 12 hours, in seconds. */
const LONGEST = 43_200;

/** The receipt handles and the time of their receive. SQS hides a message for at most 12 hours in all, however often this is extended. */
export class Receipts {
  readonly #askedAt = new Map<string, number>();
  readonly #now: () => number;

  /** @param now in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * @param askedAt when the receive was asked for. SQS counts from there, and not from its response (SQS Developer Guide, "Amazon
   *   SQS visibility timeout": "12 hours from the time that Amazon SQS receives the ReceiveMessage request"; aws-sdk-net #794).
   */
  add(handles: readonly string[], askedAt: number): void {
    for (const handle of handles) this.#askedAt.set(handle, askedAt);
  }

  forget(handles: readonly string[]): void {
    for (const handle of handles) this.#askedAt.delete(handle);
  }

  /** How many seconds the message can be hidden from now on. */
  left(handle: string): number {
    const askedAt = this.#askedAt.get(handle);
    return askedAt === undefined ? LONGEST : LONGEST - (this.#now() - askedAt) / 1_000;
  }
}
