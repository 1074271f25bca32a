import type { z } from 'zod';
import type { error } from './schemas/error.js';
import type { metadata } from './schemas/metadata.js';
import type { metricset } from './schemas/metricset.js';
import type { span } from './schemas/span.js';
import type { transaction } from './schemas/transaction.js';

/** The fields that the recorder adds to every event. */
export interface Received {
  /** The name of the event's service, from the event's own context or else from the metadata of the stream. */
  readonly serviceName: string;
  /** The number of the stream, from 1. Each request is one stream. */
  readonly stream: number;
  /** The line of the event within its stream, from 1. The metadata is line 1. */
  readonly line: number;
  /** The time at which the event arrived, in milliseconds since the epoch, by the recorder's clock. */
  readonly receivedAt: number;
}

type Recorded<T extends z.ZodType> = Readonly<z.output<T>> & Received;

/** The metadata of a stream, with the fields of the protocol. */
export type RecordedMetadata = Recorded<typeof metadata>;
/**
 * A transaction with the fields of the protocol, such as `trace_id`, `duration` (in ms) and `timestamp` (in us since the epoch).
 */
export type RecordedTransaction = Recorded<typeof transaction>;
/** A span with the fields of the protocol, such as `parent_id`, `duration` (in ms) and `timestamp` (in us since the epoch). */
export type RecordedSpan = Recorded<typeof span>;
/**
 * An error with the fields of the protocol, such as `exception` or `log`, `parent_id`, and `timestamp` (in us since the epoch).
 */
export type RecordedError = Recorded<typeof error>;
/** A metricset with the fields of the protocol, such as `samples` and `timestamp` (in us since the epoch). */
export type RecordedMetricset = Recorded<typeof metricset>;
