import { SharedRequests, type Outbound, type Receipt } from 'throughline/transport';
import { type Headers } from '#base';
import { BINARY_TRACEPARENT, encodeBinaryTraceparent } from 'throughline/tracing';
import type { KafkaProducer, OutgoingRecord, Position } from '../driver.js';
import { asKafkaError, unavailable } from '../errors/failures.js';
import { headerMap } from './header-map.js';
import type { TopicTerms } from '../channel.js';
import { partitionName } from '../consume/partitions/partition.js';
import { bytesOfRecord } from './writable-record.js';

const MAX_RECORDS = 10_000;
/**
 * The maximum size of a produce request, in bytes. It is below a broker's default limit (message.max.bytes, 1 MiB), even if all
 * records go to one partition.
 */
const MAX_BYTES = 900_000;

/** A record whose publisher is waiting for the result. */
interface AwaitedRecord extends OutgoingRecord {
  /** How long the publisher waits for the result, in milliseconds. */
  readonly timeout: number;
  /** The record's size in a request. */
  readonly bytes: number;
}

/**
 * Sends records through one producer, one request at a time. Records that arrive while a request is in progress share the next
 * request, in order.
 */
export class Sender {
  readonly #requests: SharedRequests<AwaitedRecord, Position, Receipt>;

  constructor(producer: KafkaProducer, suppress: <R>(clientCall: () => R) => R) {
    this.#requests = new SharedRequests({
      inFlight: 1,
      most: MAX_RECORDS,
      fit: howManyFit,
      send: (records: readonly AwaitedRecord[]) => suppress(() => producer.send(records)),
      succeeded: receiptOf,
      tooLate: (record) =>
        unavailable(doing(record), new Error(`no response within ${record.timeout / 1_000} s`)),
      failed: (record, reason) => asKafkaError(doing(record), reason),
    });
  }

  /**
   * Sends a message. Rejects with `TL_KAFKA_UNAVAILABLE`, `TL_KAFKA_DENIED`, `TL_KAFKA_MESSAGE_TOO_LARGE`, … An invalid record is
   * refused synchronously, before it is added to a request with other records.
   *
   * @throws ThroughlineError `TL_KAFKA_RECORD_INVALID`
   */
  send(topic: string, message: Outbound<TopicTerms>): Promise<Receipt> {
    const { key, body: value, terms, timeout } = message;
    const partition = terms?.partition;
    const headers = withContext(message);
    return this.#send(
      partition === undefined
        ? { topic, key, value, headers }
        : { topic, key, value, headers, partition },
      timeout,
    );
  }

  /** Writes a record unchanged, and gives up after `timeout` milliseconds. Rejects if the record is invalid. */
  async write(record: OutgoingRecord, timeout: number): Promise<Receipt> {
    return this.#send(record, timeout);
  }

  /**
   * Adds a record to the next request. The code names every field, because a spread would cost each publish more than everything
   * else in this function.
   */
  #send(record: OutgoingRecord, timeout: number): Promise<Receipt> {
    const bytes = bytesOfRecord(record);
    const { topic, key, value, headers, partition } = record;
    const awaited: AwaitedRecord =
      partition === undefined
        ? { topic, key, value, headers, timeout, bytes }
        : { topic, key, value, headers, timeout, bytes, partition };
    return this.#requests.send(awaited, Date.now() + timeout);
  }
}

const doing = ({ topic }: OutgoingRecord): string => `sending to "${topic}"`;

const receiptOf = (_: AwaitedRecord, position: Position): Receipt => ({
  id: `${partitionName(position)}/${position.offset}`,
  context: 'whole',
});

/**
 * Adds the trace context to the user's headers, as text and in binary: Elastic's Python agent reads only the binary form, and its
 * Node agent reads only the text (elastic/apm, tracing-distributed-tracing). Headers that the user has set take precedence.
 */
function withContext({ headers, traceparent, tracestate }: Outbound<TopicTerms>): Headers {
  if (traceparent === undefined) return headers;
  const binary = encodeBinaryTraceparent(traceparent);
  const all = headerMap<Headers[string]>();
  all.traceparent = traceparent;
  if (tracestate !== undefined) all.tracestate = tracestate;
  if (binary !== undefined) all[BINARY_TRACEPARENT] = binary;
  for (const [name, value] of Object.entries(headers)) all[name] = value;
  return all;
}

function howManyFit(waiting: readonly AwaitedRecord[]): number {
  let total = 0;
  let count = 0;
  for (const { bytes } of waiting) {
    total += bytes;
    if (total > MAX_BYTES && count > 0) break;
    count += 1;
  }
  return count;
}
