import { SharedRequests, within, type Headers, type Outbound, type Receipt } from 'throughline';
import { BINARY_TRACEPARENT, encodeBinaryTraceparent } from 'throughline/tracing';
import type { KafkaProducer, OutgoingRecord, Position } from './driver.js';
import { told, unavailable } from './failures.js';
import { shardName } from './partition.js';

const MAX_RECORDS = 1_000;
/** Below a broker's own limit (message.max.bytes, 1 MiB), whatever partition they all go to. */
const MAX_BYTES = 900_000;

/** Sends through one producer, one request at a time: what is sent meanwhile goes together in the next, in order. */
export class Sender {
  readonly #requests: SharedRequests<OutgoingRecord, Position>;

  constructor(producer: KafkaProducer, quiet: <R>(clientCall: () => R) => R) {
    this.#requests = new SharedRequests({
      inFlight: 1,
      fit: howManyFit,
      send: (records) => quiet(() => producer.send(records)),
    });
  }

  /** @throws ThroughlineError `TL_KAFKA_UNAVAILABLE`, `TL_KAFKA_REFUSED` */
  async send(topic: string, message: Outbound): Promise<Receipt> {
    const { partition, timeout } = message;
    const record: OutgoingRecord = {
      topic,
      key: message.key,
      value: message.body,
      headers: withContext(message),
      ...(partition !== undefined && { partition }),
    };
    const position = await this.write(record, timeout);
    return { id: `${shardName(position)}/${position.offset}`, context: 'whole' };
  }

  /** Writes a record as it is; gives up after `timeout` milliseconds. */
  async write(record: OutgoingRecord, timeout: number): Promise<Position> {
    const doing = `sending to "${record.topic}"`;
    try {
      return await within(timeout, this.#requests.send(record, Date.now() + timeout), () =>
        unavailable(doing, new Error(`no answer within ${timeout / 1_000} s`)),
      );
    } catch (error) {
      throw told(doing, error);
    }
  }
}

/**
 * The user's headers with the trace context beside them, as text and in binary: Elastic's Python agent reads nothing but the
 * binary form, its Node agent nothing but the text (elastic/apm, tracing-distributed-tracing). What the user set stays.
 */
function withContext({ headers, traceparent, tracestate }: Outbound): Headers {
  if (traceparent === undefined) return headers;
  const binary = encodeBinaryTraceparent(traceparent);
  return {
    traceparent,
    ...(tracestate !== undefined && { tracestate }),
    ...(binary !== undefined && { [BINARY_TRACEPARENT]: binary }),
    ...headers,
  };
}

function howManyFit(waiting: readonly OutgoingRecord[]): number {
  let bytes = 0;
  let count = 0;
  for (const { value } of waiting.slice(0, MAX_RECORDS)) {
    bytes += value?.length ?? 0;
    if (bytes > MAX_BYTES && count > 0) break;
    count += 1;
  }
  return count;
}
