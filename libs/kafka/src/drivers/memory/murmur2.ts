const seed = 0x9747b28c;
const mix = 0x5bd1e995;

/**
 * The 32-bit hash by which Java's and kafkajs's producers choose a partition (org.apache.kafka.common.utils.Utils.murmur2).
 */
export function murmur2(key: Uint8Array): number {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  const whole = key.byteLength & ~3;
  let hash = seed ^ key.byteLength;
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(view.getInt32(at, true), mix);
    word = Math.imul(word ^ (word >>> 24), mix);
    hash = Math.imul(hash, mix) ^ word;
  }
  if (whole < key.byteLength) {
    for (let at = key.byteLength - 1; at >= whole; at -= 1) {
      hash ^= view.getUint8(at) << (8 * (at - whole));
    }
    hash = Math.imul(hash, mix);
  }
  hash = Math.imul(hash ^ (hash >>> 13), mix);
  return hash ^ (hash >>> 15);
}

/** The partition of a key, as Java's default partitioner answers. */
export function partitionOf(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions;
}
