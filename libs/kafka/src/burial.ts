import { DEAD_LETTER_HEADER, isUnavailable, type Burial } from 'throughline';
import { KafkaArrival } from './arrival.js';
import type { OutgoingRecord } from './driver.js';
import type { Sender } from './sender.js';

const GIVE_UP_AFTER = 10_000;

/**
 * Sends a dead letter to its topic: key, value and headers as they were, and the first of the notes that Kafka has room for. What
 * was redriven brings the note of its last burial, which gives way to the new one, and says nothing true where there is none.
 */
export async function buryIn(
  topic: string,
  { arrival, notes }: Burial,
  sender: Sender,
): Promise<void> {
  const record: OutgoingRecord = {
    topic,
    key: arrival instanceof KafkaArrival ? arrival.rawKey : arrival.key,
    value: arrival.raw,
    headers: arrival.headers,
  };
  const { [DEAD_LETTER_HEADER]: _last, ...others } = record.headers;
  let refusal: unknown;
  for (const note of [...notes, undefined]) {
    try {
      const headers = note === undefined ? others : { ...others, [DEAD_LETTER_HEADER]: note };
      await sender.write({ ...record, headers }, GIVE_UP_AFTER);
      return;
    } catch (error) {
      refusal = error;
      if (isUnavailable(error)) break;
    }
  }
  throw refusal;
}
