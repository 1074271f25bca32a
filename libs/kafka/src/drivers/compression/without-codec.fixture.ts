import { codecRegistry, findsCodec } from '../kafkajs/internals/codecs.js';
import { loadClient } from '../platformatic/load.js';
import { loadCodec, type CodecName } from './codecs.js';
import { COMPRESSIONS } from './compression.js';

/** Takes a codec away from a driver, as if its package were not installed. Returns what gives it back. */
export async function without(
  driver: 'kafkaJs' | 'platformatic',
  codec: CodecName,
): Promise<() => void> {
  if (driver === 'platformatic') {
    const { compressionsAlgorithms } = await loadClient();
    const before = compressionsAlgorithms[codec].available;
    Object.assign(compressionsAlgorithms[codec], { available: false });
    return () => {
      Object.assign(compressionsAlgorithms[codec], { available: before });
    };
  }
  const codecs = codecRegistry();
  const number = COMPRESSIONS.indexOf(codec);
  const before = codecs[number];
  const find = (specifier: string): never => {
    throw new Error(`Cannot find module '${specifier}'`);
  };
  codecs[number] = findsCodec(() => loadCodec(codec, { find }));
  return () => {
    codecs[number] = before;
  };
}
