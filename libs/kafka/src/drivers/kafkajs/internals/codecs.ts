/**
 * Gives kafkajs 2.2.4 the codecs that it knows but does not implement: snappy, lz4 and zstd. kafkajs has one table of codecs for
 * the whole process, so other kafkajs clients use them as well. A codec that the application has registered stays.
 */
import type { CompressionTypes } from 'kafkajs';
import { ThroughlineError } from '#base';

import type { Compression } from '../../../driver.js';
import { codecOf, type Codec, type CodecName } from '../../compression/codecs.js';
import { COMPRESSIONS } from '../../compression/compression.js';
import { loadKafkaJs, unsupported } from './load.js';

/** A codec in the form that kafkajs takes. */
export interface KafkaJsCodec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(bytes: Buffer): Promise<Buffer>;
}

/** The name of the error that kafkajs throws if it has no codec. kafkajs' clients retry any other error forever. */
const NOT_IMPLEMENTED = 'KafkaJSNotImplemented';
const MISSING_IN_KAFKAJS: readonly CodecName[] = ['snappy', 'lz4', 'zstd'];

/** Returns the table in which kafkajs looks up codecs, by number. */
export function codecRegistry(): Record<number, (() => unknown) | undefined> {
  const { CompressionCodecs } = loadKafkaJs();
  if (typeof CompressionCodecs !== 'object') throw unsupported('CompressionCodecs');
  return CompressionCodecs;
}

/** Registers the codecs that the application has not registered itself. Each is loaded when it is first needed. */
export function registerCodecs(): void {
  const codecs = codecRegistry();
  for (const name of MISSING_IN_KAFKAJS) {
    const number = COMPRESSIONS.indexOf(name);
    if (isMissing(codecs[number])) codecs[number] = findsCodec(() => codecOf(name));
  }
}

/** Returns the function that kafkajs calls to get a codec. */
export const findsCodec =
  (load: () => Codec): (() => KafkaJsCodec) =>
  () => {
    try {
      const { compress, decompress } = load();
      return { compress: ({ buffer }) => compress(buffer), decompress };
    } catch (cause) {
      const error = new Error('The codec is missing.', { cause });
      throw Object.assign(error, { name: NOT_IMPLEMENTED, retriable: false });
    }
  };

/**
 * Returns the number of a codec. Makes sure first that kafkajs can write with this codec.
 *
 * @throws ThroughlineError `TL_KAFKA_CODEC_MISSING`
 */
export function codecNumber(compression: Compression): CompressionTypes {
  const { CompressionTypes: types } = loadKafkaJs();
  const { None: none, GZIP: gzip, Snappy: snappy, LZ4: lz4, ZSTD: zstd } = types;
  const number = { none, gzip, snappy, lz4, zstd }[compression];
  try {
    codecRegistry()[number]?.();
  } catch (error) {
    throw missingCodecIn(error) ?? error;
  }
  return number;
}

/** Searches an error of kafkajs and its causes for the error about a missing codec. */
export function missingCodecIn(error: unknown): ThroughlineError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at.name === NOT_IMPLEMENTED && at.cause instanceof ThroughlineError) return at.cause;
  }
  return undefined;
}

function isMissing(codec: (() => unknown) | undefined): boolean {
  try {
    codec?.();
    return codec === undefined;
  } catch (error) {
    return error instanceof Error && error.name === NOT_IMPLEMENTED;
  }
}
