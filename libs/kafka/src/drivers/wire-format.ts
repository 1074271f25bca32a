/**
 * Reads the primitive types of Kafka's protocol. Every method throws a RangeError if the bytes end too early or a length is
 * impossible.
 */
export class ByteReader {
  readonly #bytes: Buffer;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  int8(): number {
    return this.#take(1).readInt8();
  }

  int16(): number {
    return this.#take(2).readInt16BE();
  }

  int32(): number {
    return this.#take(4).readInt32BE();
  }

  /** An offset. All offsets are safe integers. */
  int64(): number {
    return Number(this.#take(8).readBigInt64BE());
  }

  /** As 32 hexadecimal digits. */
  uuid(): string {
    return this.#take(16).toString('hex');
  }

  string(): string {
    return this.#take(this.int16()).toString('utf8');
  }

  /** A string in a flexible version of a request. Null is read as an empty string. */
  compactString(): string {
    return this.#take(Math.max(0, this.#varint() - 1)).toString('utf8');
  }

  /** Null is read as no bytes. */
  bytes(): Buffer {
    const length = this.int32();
    return this.#take(length === -1 ? 0 : length);
  }

  /** Null is read as an empty array. */
  array<T>(element: () => T): T[] {
    const length = this.int32();
    if (length < -1) throw new RangeError(`${length} is not a valid length.`);
    const elements: T[] = [];
    // The length comes from another process: read what is there instead of reserving memory for it.
    while (elements.length < length) elements.push(element());
    return elements;
  }

  /** An array in a flexible version of a request. Null is read as an empty array. */
  compactArray<T>(element: () => T): T[] {
    const length = this.#varint() - 1;
    const elements: T[] = [];
    while (elements.length < length) elements.push(element());
    return elements;
  }

  /** Skips the tagged fields at the end of a structure in a flexible version of a request. */
  tags(): void {
    for (let left = this.#varint(); left > 0; left -= 1) {
      this.#varint();
      this.#take(this.#varint());
    }
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#take(1).readUInt8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  #take(length: number): Buffer {
    if (length < 0 || length > this.remaining) {
      throw new RangeError(`${length} bytes were expected, but only ${this.remaining} remain.`);
    }
    this.#position += length;
    return this.#bytes.subarray(this.#position - length, this.#position);
  }
}

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function string(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([int16(bytes.length), bytes]);
}

export function bytes(content: Uint8Array): Buffer {
  return Buffer.concat([int32(content.length), content]);
}

export function array<T>(elements: readonly T[], element: (one: T) => Buffer): Buffer {
  return Buffer.concat([int32(elements.length), ...elements.map(element)]);
}

/** A string in a flexible version of a request. */
export function compactString(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([varint(bytes.length + 1), bytes]);
}

/** An array in a flexible version of a request. */
export function compactArray<T>(elements: readonly T[], element: (one: T) => Buffer): Buffer {
  return Buffer.concat([varint(elements.length + 1), ...elements.map(element)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
