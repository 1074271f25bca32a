import { reasonOf, ThroughlineError } from '#base';

import type { Client } from '../../load.js';
import type { Decompress } from './record-batch.js';

/** Kafka's names for the codecs, by their numbers in a batch's attributes. */
const NAMES = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

/** Reads compressed batches with the client's codecs. */
export const decompressWith =
  (client: Client): Decompress =>
  (codec, bytes) => {
    const algorithms: Readonly<Record<string, Algorithm | undefined>> =
      client.compressionsAlgorithmsByBitmask;
    const algorithm = algorithms[String(codec)];
    if (algorithm?.available !== true) throw codecMissing(NAMES[codec] ?? String(codec));
    try {
      return algorithm.decompressSync(bytes);
    } catch (cause) {
      throw new ThroughlineError(
        'TL_KAFKA_RECORDS_UNREADABLE',
        `A batch cannot be decompressed with ${NAMES[codec]}: ${reasonOf(cause)}.`,
        { cause, errorClass: 'blocked' },
      );
    }
  };

interface Algorithm {
  readonly available: boolean;
  decompressSync(data: Buffer): Buffer;
}

const codecMissing = (name: string): ThroughlineError =>
  new ThroughlineError(
    'TL_KAFKA_CODEC_MISSING',
    `The topic contains records that are compressed with ${name}, which this version of Node or of @platformatic/kafka cannot read. Upgrade Node and @platformatic/kafka, or configure the producers to use gzip.`,
    { errorClass: 'blocked' },
  );
