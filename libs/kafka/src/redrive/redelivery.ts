import { DEAD_LETTER_HEADER, type StoredDeadLetter, type Redelivery } from 'throughline/transport';
import { withoutHeader } from '#base';
import { isRefusal, refusedForGood } from '../errors/failures.js';
import type { Sender } from '../produce/sender.js';

const GIVE_UP_AFTER = 10_000;

/** Writes dead letters to the topic from which their handler reads. The dead letters are stored in another broker. */
export const redeliveryInto = (topic: string, senderOnce: () => Sender): Redelivery => ({
  show: (deadLetter) => deadLetter,
  deliver: (deadLetters) =>
    Promise.allSettled(deadLetters.map((deadLetter) => deliver(topic, deadLetter, senderOnce()))),
});

/**
 * Sends a dead letter. Its cause header was added later and is not part of the original message, so it is omitted if it makes the
 * record too large for its topic.
 */
async function deliver(topic: string, deadLetter: StoredDeadLetter, sender: Sender): Promise<void> {
  const { raw: value, key, rawKey = key, headers } = deadLetter;
  const record = { topic, key: rawKey, value, headers };
  try {
    await sender.write(record, GIVE_UP_AFTER);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (!Object.hasOwn(headers, DEAD_LETTER_HEADER)) throw refusedForGood(error);
    await deliver(
      topic,
      { ...deadLetter, headers: withoutHeader(headers, DEAD_LETTER_HEADER) },
      sender,
    );
  }
}
