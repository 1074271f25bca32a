/**
 * Java clients write snappy with the framing of the library snappy-java: this header, two version numbers, and blocks that each
 * follow their length. Other clients write one block without framing.
 */
const HEADER = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const FIRST_BLOCK = 16;
const LENGTH = 4;

/**
 * Splits snappy data into its blocks.
 *
 * @throws RangeError if the last block is incomplete
 */
export function snappyBlocks(bytes: Buffer): readonly Buffer[] {
  if (!bytes.subarray(0, HEADER.length).equals(HEADER)) return [bytes];
  const blocks: Buffer[] = [];
  for (let at = FIRST_BLOCK; at < bytes.length;) {
    const start = at + LENGTH;
    const end = start + bytes.readUInt32BE(at);
    if (end > bytes.length) throw new RangeError('a snappy block is incomplete');
    blocks.push(bytes.subarray(start, end));
    at = end;
  }
  return blocks;
}
