import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { isObject, reasonOf, ThroughlineError, type Require } from '#base';

import type { Compression } from '../../driver.js';
import { snappyBlocks } from './xerial.js';

/** Compresses and decompresses the records of a batch. */
export interface Codec {
  readonly compress: (bytes: Buffer) => Promise<Buffer>;
  /** Rejects if the bytes are broken. */
  readonly decompress: (bytes: Buffer) => Promise<Buffer>;
}

export type CodecName = Exclude<Compression, 'none'>;

/** The sources of codecs. Tests replace them. */
export interface CodecSources {
  /** Loads a package. Default: `require`, as seen from this package. */
  readonly find?: Require;
  /** Node's own codecs. */
  readonly node?: Partial<Pick<typeof zlib, 'zstdCompress' | 'zstdDecompress'>>;
}

const loaded = new Map<CodecName, Codec>();

/**
 * Returns a codec. Loads its package when it is first needed, so that an application installs only what it uses. If the package was
 * missing, the next call looks for it again.
 *
 * @throws ThroughlineError `TL_KAFKA_CODEC_MISSING`, with what to install
 */
export function codecOf(name: CodecName): Codec {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const codec = loadCodec(name);
  loaded.set(name, codec);
  return codec;
}

/** @throws ThroughlineError `TL_KAFKA_CODEC_MISSING` */
export function loadCodec(name: CodecName, { find, node = zlib }: CodecSources = {}): Codec {
  switch (name) {
    case 'gzip':
      return { compress: promisify(zlib.gzip), decompress: promisify(zlib.gunzip) };
    case 'zstd':
      return zstd(node);
    case 'snappy': {
      const { compress, uncompress } = packageOf('snappy', 'snappy', isSnappy, find);
      return {
        compress: (bytes) => compress(bytes),
        decompress: async (bytes) => {
          const blocks = await Promise.all(snappyBlocks(bytes).map((block) => uncompress(block)));
          return Buffer.concat(blocks);
        },
      };
    }
    case 'lz4': {
      const { compressFrame, decompressFrame } = packageOf('lz4', 'lz4-napi', isLz4, find);
      return {
        compress: (bytes) => compressFrame(bytes),
        decompress: (bytes) => decompressFrame(bytes),
      };
    }
  }
}

/** Node has zstd since 22.15. */
function zstd({ zstdCompress, zstdDecompress }: NonNullable<CodecSources['node']>): Codec {
  if (zstdCompress === undefined || zstdDecompress === undefined) {
    throw new ThroughlineError(
      'TL_KAFKA_CODEC_MISSING',
      `The compression zstd needs Node 22.15 or later, and this is Node ${process.versions.node}. Upgrade Node, or let the producers use gzip or no compression.`,
      { errorClass: 'blocked' },
    );
  }
  return { compress: promisify(zstdCompress), decompress: promisify(zstdDecompress) };
}

type Convert = (bytes: Buffer) => Promise<Buffer>;

interface Snappy {
  readonly compress: Convert;
  readonly uncompress: Convert;
}

interface Lz4 {
  readonly compressFrame: Convert;
  readonly decompressFrame: Convert;
}

const isSnappy = (found: unknown): found is Snappy => hasMethods(found, 'compress', 'uncompress');

const isLz4 = (found: unknown): found is Lz4 =>
  hasMethods(found, 'compressFrame', 'decompressFrame');

const hasMethods = (found: unknown, ...names: readonly string[]): boolean =>
  isObject(found) && names.every((name) => typeof Reflect.get(found, name) === 'function');

/** Loads the package of a codec. Any failure to load it means that a person has to install it. */
function packageOf<T>(
  codec: CodecName,
  specifier: string,
  isRight: (found: unknown) => found is T,
  find: Require = createRequire(import.meta.url),
): T {
  let reason = 'it does not have the expected functions';
  let cause: unknown;
  try {
    const found = find(specifier);
    if (isRight(found)) return found;
  } catch (error) {
    reason = reasonOf(error);
    cause = error;
  }
  throw new ThroughlineError(
    'TL_KAFKA_CODEC_MISSING',
    `The compression ${codec} needs the ${specifier} package, which could not be loaded (${reason}). Run "npm install ${specifier}", or let the producers use gzip or no compression.`,
    { cause, errorClass: 'blocked' },
  );
}
