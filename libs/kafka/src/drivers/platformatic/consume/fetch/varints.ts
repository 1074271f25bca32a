/** Reads the variable-length integers of records. */
export class Varints {
  at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  next(): number {
    const { bytes } = this;
    let byte = bytes[this.at++] ?? tooShort();
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      if (shift > 28) throw unreadable();
      byte = bytes[this.at++] ?? tooShort();
      value |= (byte & 0x7f) << shift;
    }
    return (value >>> 1) ^ -(value & 1);
  }

  /** Reads an integer of up to 53 bits. */
  nextLong(): number {
    let value = 0;
    let byte = 0x80;
    for (let factor = 1; byte >= 0x80; factor *= 128) {
      byte = this.bytes[this.at++] ?? tooShort();
      value += (byte & 0x7f) * factor;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  skip(): void {
    while ((this.bytes[this.at++] ?? tooShort()) >= 0x80);
  }
}

export const unreadable = (): RangeError =>
  new RangeError('The batch does not contain valid records');

function tooShort(): never {
  throw unreadable();
}
