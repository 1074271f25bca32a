const MORE = 0x80;

/** A whole number from 0 on, seven bits a byte, the lowest first. */
export function writeVarint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= MORE) {
    bytes.push((rest % MORE) | MORE);
    rest = Math.floor(rest / MORE);
  }
  bytes.push(rest);
  return bytes;
}

/** Reads one and steps behind it; `undefined` where the bytes end before it does, or it is larger than any offset. */
export function readVarint(cursor: { readonly bytes: Uint8Array; at: number }): number | undefined {
  let value = 0;
  for (let scale = 1; scale <= Number.MAX_SAFE_INTEGER; scale *= MORE) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) return undefined;
    value += (byte % MORE) * scale;
    if (byte < MORE) return Number.isSafeInteger(value) ? value : undefined;
  }
  return undefined;
}
