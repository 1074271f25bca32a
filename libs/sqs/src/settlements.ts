import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type BatchResultErrorEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { Logger } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { reasonOf, type Settlement } from 'throughline';
import type { SqsArrival } from './arrival.js';
import { isNoLongerOurs } from './failures.js';
import { secondsLeft, type Holds } from './holds.js';

const MAX_ENTRIES = 10;
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 5_000;

/** What telling SQS takes. */
export interface SettlementsParts {
  readonly client: SQSClient;
  readonly url: string;
  readonly holds: Holds;
  readonly quiet: <R>(clientCall: () => R) => R;
}

type Entry = Settlement<SqsArrival>;

/** Tells SQS what became of messages: deletes, and new visibilities, ten at a time, until each is told or no longer ours. */
export class Settlements {
  readonly #parts: SettlementsParts;
  readonly #log = new Logger('Throughline');

  constructor(parts: SettlementsParts) {
    this.#parts = parts;
  }

  async tell(entries: readonly Entry[]): Promise<void> {
    const deletes = entries.filter(({ outcome }) => outcome.kind === 'ack');
    const retries = entries.filter(({ outcome }) => outcome.kind === 'retry');
    await Promise.all([
      ...inTens(deletes).map((ten) => this.#untilTold(ten, (some) => this.#delete(some))),
      ...inTens(retries).map((ten) => this.#untilTold(ten, (some) => this.#hide(some))),
    ]);
  }

  async #untilTold(
    entries: readonly Entry[],
    tell: (some: readonly Entry[]) => Promise<readonly Entry[]>,
  ): Promise<void> {
    let left = this.#ours(entries);
    for (let wait = FIRST_PAUSE; left.length > 0; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
      left = this.#ours(await this.#try(left, tell));
      if (left.length > 0) await pause(wait);
    }
  }

  /** A receipt that has run out is never used: the message may be somebody else's by now. */
  #ours(entries: readonly Entry[]): readonly Entry[] {
    return entries.filter(({ arrival }) => this.#parts.holds.has(arrival));
  }

  /** The entries that are still to be told. */
  async #try(
    entries: readonly Entry[],
    tell: (some: readonly Entry[]) => Promise<readonly Entry[]>,
  ): Promise<readonly Entry[]> {
    try {
      const left = await tell(entries);
      for (const entry of entries)
        if (!left.includes(entry)) this.#parts.holds.release(entry.arrival);
      return left;
    } catch (error) {
      this.#log.warn(
        `${entries.length} messages could not be settled, trying again: ${reasonOf(error)}`,
      );
      return entries;
    }
  }

  async #delete(entries: readonly Entry[]): Promise<readonly Entry[]> {
    const { client, url, quiet } = this.#parts;
    const Entries = entries.map(({ arrival }, index) => ({
      Id: String(index),
      ReceiptHandle: arrival.receiptHandle,
    }));
    const { Failed } = await quiet(() =>
      client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries })),
    );
    // Received again meanwhile: a delete by an older receipt may have done nothing, whatever SQS answers.
    const receivedAgain = entries.filter(
      ({ arrival }, index) => arrival.receiptHandle !== Entries[index]?.ReceiptHandle,
    );
    return [...new Set([...again(entries, Failed), ...receivedAgain])];
  }

  async #hide(entries: readonly Entry[]): Promise<readonly Entry[]> {
    const { client, url, quiet } = this.#parts;
    const Entries = entries.map(({ arrival, outcome }, index) => ({
      Id: String(index),
      ReceiptHandle: arrival.receiptHandle,
      // Beyond the 12 hours SQS would refuse, and the message come back at once instead of late.
      VisibilityTimeout:
        outcome.kind === 'retry'
          ? Math.min(Math.ceil(outcome.after / 1_000), secondsLeft(arrival))
          : 0,
    }));
    const { Failed } = await quiet(() =>
      client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries })),
    );
    return again(entries, Failed);
  }
}

const inTens = (entries: readonly Entry[]): readonly (readonly Entry[])[] =>
  Array.from({ length: Math.ceil(entries.length / MAX_ENTRIES) }, (_, ten) =>
    entries.slice(ten * MAX_ENTRIES, (ten + 1) * MAX_ENTRIES),
  );

/** A batch answers 200 although some of its entries failed. Of those, what is no longer ours needs no second try. */
const again = (
  entries: readonly Entry[],
  failed: readonly BatchResultErrorEntry[] = [],
): readonly Entry[] =>
  failed.flatMap(({ Id, Code }) => {
    const entry = entries[Number(Id)];
    return entry === undefined || isNoLongerOurs(Code) ? [] : [entry];
  });
