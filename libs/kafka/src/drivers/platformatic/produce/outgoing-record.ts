import type { OutgoingRecord, Position } from '../../../driver.js';
import { bytesOfRecord } from '../../../produce/writable-record.js';

export type Answer = PromiseSettledResult<Position>;

/** A record to send. */
export class Outgoing {
  /** An upper limit for the record's size in a request. */
  readonly size: number;
  #isSettled = false;

  /**
   * @param settle is called with the record's result
   * @throws ThroughlineError `TL_KAFKA_RECORD_INVALID`
   */
  constructor(
    readonly record: OutgoingRecord,
    private readonly settle: (answer: Answer) => void,
  ) {
    this.size = bytesOfRecord(record);
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  written(position: Position): void {
    this.#end({ status: 'fulfilled', value: position });
  }

  failed(reason: Error): void {
    this.#end({ status: 'rejected', reason });
  }

  #end(answer: Answer): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.settle(answer);
  }
}
