import type { DeadLetterRequest } from 'throughline/transport';
import { deadLetterHeaders } from './dead-letter-headers.js';
import { isRefusal, refusedForGood } from '../errors/failures.js';
import type { Sender } from '../produce/sender.js';

const GIVE_UP_AFTER = 10_000;

/**
 * Sends a dead letter to its topic, with key, value and headers unchanged, and with the first cause header that fits. The next
 * cause header is tried only if Kafka refuses this record for its size or contents. If Kafka is unavailable, or the topic is
 * missing or denied, a shorter header would only lose the cause.
 *
 * @throws ThroughlineError of the class `refused` if Kafka does not accept the record without a cause header either
 */
export async function storeDeadLetter(
  topic: string,
  { inbound, causes }: DeadLetterRequest,
  sender: Sender,
): Promise<void> {
  const { raw: value, key, rawKey = key } = inbound;
  let refusal: unknown;
  for (const cause of [...causes, undefined]) {
    try {
      const headers = deadLetterHeaders(inbound, cause);
      await sender.write({ topic, key: rawKey, value, headers }, GIVE_UP_AFTER);
      return;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refusal = error;
    }
  }
  throw refusedForGood(refusal);
}
