import type { DeadLetterRequest } from 'throughline/transport';
import { deadLetterHeaders } from './dead-letter-headers.js';
import { isRefusal, refusedForGood } from '../errors/failures.js';
import type { Sender } from '../produce/sender.js';

const GIVE_UP_AFTER = 10_000;

/**
 * Sends a dead letter to its topic: key, value and headers as they were, and the first of the notes that Kafka has room for. Only
 * where Kafka refuses this one record for its size or contents, the next note is tried: while it cannot be reached, or the topic
 * is missing or denied, a shorter note would only lose the cause.
 *
 * @throws ThroughlineError of the class `refused` where Kafka takes it with no note either
 */
export async function storeDeadLetter(
  topic: string,
  { inbound, notes }: DeadLetterRequest,
  sender: Sender,
): Promise<void> {
  const { raw: value, key, rawKey = key } = inbound;
  let refusal: unknown;
  for (const note of [...notes, undefined]) {
    try {
      const headers = deadLetterHeaders(inbound, note);
      await sender.write({ topic, key: rawKey, value, headers }, GIVE_UP_AFTER);
      return;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refusal = error;
    }
  }
  throw refusedForGood(refusal);
}
