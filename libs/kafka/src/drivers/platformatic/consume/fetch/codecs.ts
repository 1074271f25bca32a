import { reasonOf, ThroughlineError } from '#base';

import { codecName } from '../../../compression/compression.js';
import type { Client } from '../../load.js';
import type { Decompress } from './record-batch.js';

/** Reads compressed batches with the client's codecs. */
export const decompressWith =
  (client: Client): Decompress =>
  (codec, bytes) => {
    const name = codecName(codec);
    const algorithms: Readonly<Record<string, Algorithm | undefined>> =
      client.compressionsAlgorithmsByBitmask;
    const algorithm = algorithms[String(codec)];
    if (algorithm?.available !== true) throw codecMissing(name);
    try {
      return algorithm.decompressSync(bytes);
    } catch (cause) {
      throw new RangeError(`its ${name} data is corrupt (${reasonOf(cause)})`, { cause });
    }
  };

interface Algorithm {
  readonly available: boolean;
  decompressSync(data: Buffer): Buffer;
}

const codecMissing = (name: string): ThroughlineError =>
  new ThroughlineError(
    'TL_KAFKA_CODEC_MISSING',
    `The compression ${name} is missing in this version of Node or of @platformatic/kafka. Upgrade Node, run "npm install @platformatic/kafka@latest", or let the producers use gzip or no compression.`,
    { errorClass: 'blocked' },
  );
