import type { Compression } from '../../../driver.js';
import { codecOf } from '../../compression/codecs.js';
import { COMPRESSIONS } from '../../compression/compression.js';
import type { Client } from '../load.js';
import type { Compressor } from './write-batch.js';

/** Compresses with Node's gzip and zstd, outside the event loop, and with the client's own snappy and lz4, which need no package. */
export function compressorOf(client: Client, compression: Compression): Compressor | undefined {
  const number = COMPRESSIONS.indexOf(compression);
  switch (compression) {
    case 'none':
      return undefined;
    case 'gzip':
    case 'zstd':
      return { number, compress: codecOf(compression).compress };
    case 'snappy':
    case 'lz4': {
      const algorithm = client.compressionsAlgorithms[compression];
      return { number, compress: (bytes) => Promise.resolve(algorithm.compressSync(bytes)) };
    }
  }
}
