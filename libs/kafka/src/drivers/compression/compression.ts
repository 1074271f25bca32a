import type { Compression } from '../../driver.js';

/** Kafka's names of the codecs, by their number in the attributes of a batch. */
export const COMPRESSIONS: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

/** The bits of a batch's attributes that have the number of its codec. */
export const CODEC_BITS = 0b111;

/** Returns the name of a codec for messages, even if it is one that Kafka does not have. */
export const codecName = (number: number): string => COMPRESSIONS[number] ?? `codec ${number}`;
