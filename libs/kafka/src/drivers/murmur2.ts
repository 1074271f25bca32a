const seed = 0x9747b28c;
const mix = 0x5bd1e995;

/**
 * Returns the 32-bit hash with which the producers of Java and kafkajs choose a partition
 * (org.apache.kafka.common.utils.Utils.murmur2).
 *
 * @param length how many of the bytes are the key
 */
export function murmur2(bytes: Uint8Array, length = bytes.length): number {
  const at = (index: number): number => bytes[index] ?? 0;
  const whole = length & ~3;
  let hash = seed ^ length;
  for (let index = 0; index < whole; index += 4) {
    const four = at(index) | (at(index + 1) << 8) | (at(index + 2) << 16) | (at(index + 3) << 24);
    let word = Math.imul(four, mix);
    word = Math.imul(word ^ (word >>> 24), mix);
    hash = Math.imul(hash, mix) ^ word;
  }
  if (whole < length) {
    for (let index = length - 1; index >= whole; index -= 1) {
      hash ^= at(index) << (8 * (index - whole));
    }
    hash = Math.imul(hash, mix);
  }
  hash = Math.imul(hash ^ (hash >>> 13), mix);
  return hash ^ (hash >>> 15);
}

/** A reusable buffer in which text is encoded for hashing. A new buffer for each key would cost more than the hash. */
const scratch = Buffer.alloc(1_024);
const MOST_BYTES_A_CHARACTER = 3;

/** Returns the partition for a key, as chosen by Java's default partitioner. */
export function partitionOf(key: Uint8Array | string, partitions: number): number {
  return (hashOf(key) & 0x7fffffff) % partitions;
}

function hashOf(key: Uint8Array | string): number {
  if (typeof key !== 'string') return murmur2(key);
  if (key.length * MOST_BYTES_A_CHARACTER > scratch.length) return murmur2(Buffer.from(key));
  return murmur2(scratch, scratch.write(key));
}
