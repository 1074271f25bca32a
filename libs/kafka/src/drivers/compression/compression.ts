import { ThroughlineError } from '#base';

import type { Compression } from '../../driver.js';

/** Kafka's names of the codecs, by their number in the attributes of a batch. */
export const COMPRESSIONS: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

/** The bits of a batch's attributes that contain the number of its codec. */
export const CODEC_BITS = 0b111;

/**
 * Returns the name of a codec.
 *
 * @throws ThroughlineError `TL_KAFKA_CODEC_MISSING` for a number that Throughline does not know
 */
export function codecName(number: number): Compression {
  const name = COMPRESSIONS[number];
  if (name !== undefined) return name;
  throw new ThroughlineError(
    'TL_KAFKA_CODEC_MISSING',
    `This version of Throughline does not support Kafka's compression codec ${number}. Upgrade Throughline, or let the producers use gzip or no compression.`,
    { errorClass: 'blocked' },
  );
}
