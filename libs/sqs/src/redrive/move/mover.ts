import { SendMessageBatchCommand, type SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import { DEAD_LETTER_HEADER } from 'throughline/transport';
import { isBlocked, reasonOf } from '#base';
import { readAnswer } from '../../client/batch-answer.js';
import { nameOf } from '../../client/error-classes.js';
import { isRefusal, SENDING } from '../../client/failures.js';
import { howManyFit } from '../../client/request-size.js';
import type { QueueAddress } from '../../queues/queue-reference.js';
import { isValidId, validId } from '../../send/group.js';
import type { Ask } from '../queue/ask-patiently.js';
import type { SqsDeadLetter } from '../queue/sqs-dead-letter.js';

/** The parts of a dead letter that a {@link Mover} sends. */
export type Sendable = Pick<SqsDeadLetter, 'id' | 'key' | 'body' | 'attributes' | 'xray'>;

/** A dead letter that its broker refuses, and the reason. */
export interface Refusal<L = SqsDeadLetter> {
  readonly deadLetter: L;
  readonly reason: string;
}

/** Writes dead letters back to the place from which their handler reads. */
export interface Moves {
  /** Writes dead letters. Resolves once all of them are written, except those that it returns as refused. */
  send(deadLetters: readonly SqsDeadLetter[]): Promise<readonly Refusal[]>;
}

export interface MoverParts {
  /**
   * The queue from which the dead letters come. It determines the meaning of their groups, because groups mean something different
   * in a FIFO queue and in a standard queue.
   */
  readonly from: Pick<QueueAddress, 'isFifo'>;
  readonly to: QueueAddress;
  readonly ask: Ask;
}

/** Sends dead letters to their handler's queue, with body, group, attributes and attribute types unchanged. */
export class Mover {
  readonly #parts: MoverParts;

  constructor(parts: MoverParts) {
    this.#parts = parts;
  }

  /** Sends dead letters. Resolves once SQS has accepted all of them, except those that it returns as refused. */
  async send<L extends Sendable>(deadLetters: readonly L[]): Promise<readonly Refusal<L>[]> {
    const refusals = await this.#sendAll(
      deadLetters.map((deadLetter) => ({ deadLetter, sent: deadLetter })),
    );
    // The cause was added when the message became a dead letter. If that made it too large for its queue, send it without.
    const withCause = refusals.filter(
      ({ deadLetter }) => DEAD_LETTER_HEADER in deadLetter.attributes,
    );
    const rest = refusals.filter((refusal) => !withCause.includes(refusal));
    const again = withCause.map(({ deadLetter }) => ({
      deadLetter,
      sent: withoutCause(deadLetter),
    }));
    return [...rest, ...(await this.#sendAll(again))];
  }

  async #sendAll<L>(parcels: readonly Parcel<L>[]): Promise<readonly Refusal<L>[]> {
    const refusals: Refusal<L>[] = [];
    const entries = parcels.map(({ sent }) => this.#entryOf(sent));
    for (let at = 0; at < parcels.length;) {
      const count = howManyFit(entries.slice(at));
      refusals.push(...(await this.#sendSome(parcels.slice(at, at + count))));
      at += count;
    }
    return refusals;
  }

  /**
   * Sends dead letters in one request. If SQS refuses the whole request, which may be because of a single dead letter, sends each in
   * a separate request.
   */
  async #sendSome<L>(parcels: readonly Parcel<L>[]): Promise<readonly Refusal<L>[]> {
    try {
      return await this.#request(parcels);
    } catch (error) {
      const [parcel, ...others] = parcels;
      if (parcel === undefined || !isRefusal(error)) throw error;
      const { deadLetter } = parcel;
      const cause = error instanceof Error ? error.cause : undefined;
      if (others.length === 0)
        return [{ deadLetter, reason: `${nameOf(cause)}: ${reasonOf(cause)}` }];
      const refusals: Refusal<L>[] = [];
      for (const one of parcels) refusals.push(...(await this.#sendSome([one])));
      return refusals;
    }
  }

  /**
   * Sends dead letters in one request. Entries that are missing from SQS' response are sent again, because a dead letter may be
   * deleted only after its message was sent.
   */
  async #request<L>(parcels: readonly Parcel<L>[]): Promise<readonly Refusal<L>[]> {
    const { to, ask } = this.#parts;
    const doing = `sending to "${to.name}"`;
    const refusals: Refusal<L>[] = [];
    let left = parcels;
    const send = async (): Promise<void> => {
      const answer = await to.client.send(
        new SendMessageBatchCommand({
          QueueUrl: to.url,
          Entries: left.map(({ sent }, index) => ({ Id: String(index), ...this.#entryOf(sent) })),
        }),
      );
      const { failed } = readAnswer(left, answer, doing, SENDING);
      const [refused, again] = [true, false].map((is) =>
        failed.filter(({ error }) => isRefusal(error) === is),
      );
      for (const { item, error } of refused ?? [])
        refusals.push({ deadLetter: item.deadLetter, reason: reasonOf(error.cause) });
      left = (again ?? []).map(({ item }) => item);
      const errors = (again ?? []).map(({ error }) => error);
      const failure = errors.find(isBlocked) ?? errors[0];
      if (failure !== undefined) throw failure;
    };
    await ask(doing, send, SENDING);
    return refusals;
  }

  /**
   * Returns the entry to send for a dead letter. On a FIFO queue, the deduplication id is the dead letter's own message id. If a
   * redrive is killed before it deletes the dead letter, SQS drops the second copy. If the message becomes a dead letter again, the
   * new dead letter has another id.
   */
  #entryOf({
    id,
    key,
    body,
    attributes,
    xray,
  }: Sendable): Omit<SendMessageBatchRequestEntry, 'Id'> {
    const { from, to } = this.#parts;
    return {
      MessageBody: body,
      ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
      ...(xray !== undefined && {
        MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: xray } },
      }),
      ...(to.isFifo && {
        MessageGroupId: validId(key ?? id),
        MessageDeduplicationId: validId(id),
      }),
      // Groups of a standard queue are for fairness between tenants. Groups of a FIFO queue would mean something else there.
      ...(!to.isFifo && !from.isFifo && isValidId(key) && { MessageGroupId: key }),
    };
  }
}

/** A dead letter and the entry that is sent for it. */
interface Parcel<L> {
  readonly deadLetter: L;
  readonly sent: Sendable;
}

const withoutCause = (deadLetter: Sendable): Sendable => {
  const { [DEAD_LETTER_HEADER]: _cause, ...attributes } = deadLetter.attributes;
  return { ...deadLetter, attributes };
};
