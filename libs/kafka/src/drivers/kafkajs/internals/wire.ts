/** Reads the fields of a response of Kafka's protocol, one after the other. */
export class WireReader {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  int8(): number {
    return this.bytes.readInt8(this.#advance(1));
  }

  int16(): number {
    return this.bytes.readInt16BE(this.#advance(2));
  }

  int32(): number {
    return this.bytes.readInt32BE(this.#advance(4));
  }

  /** An offset. All offsets are safe integers. */
  int64(): number {
    return Number(this.bytes.readBigInt64BE(this.#advance(8)));
  }

  uuid(): string {
    const at = this.#advance(16);
    return this.bytes.subarray(at, at + 16).toString('hex');
  }

  string(): string {
    return this.#text(this.int16());
  }

  /** A string of a flexible version. `null` is an empty text. */
  compactString(): string {
    return this.#text(this.#varint() - 1);
  }

  array<T>(read: () => T): readonly T[] {
    return Array.from({ length: Math.max(0, this.int32()) }, read);
  }

  compactArray<T>(read: () => T): readonly T[] {
    return Array.from({ length: Math.max(0, this.#varint() - 1) }, read);
  }

  /** Skips the tagged fields at the end of a structure. */
  tags(): void {
    for (let left = this.#varint(); left > 0; left -= 1) {
      this.#varint();
      this.#advance(this.#varint());
    }
  }

  #text(length: number): string {
    if (length <= 0) return '';
    const at = this.#advance(length);
    return this.bytes.toString('utf8', at, at + length);
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.bytes.readUInt8(this.#advance(1));
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  #advance(bytes: number): number {
    const at = this.#at;
    this.#at += bytes;
    return at;
  }
}

/** Concatenates the fields of a request. */
export const wire = {
  int32(value: number): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return bytes;
  },
  string(text: string): Buffer {
    const length = Buffer.alloc(2);
    length.writeInt16BE(Buffer.byteLength(text));
    return Buffer.concat([length, Buffer.from(text)]);
  },
  compactString(text: string): Buffer {
    return Buffer.concat([varint(Buffer.byteLength(text) + 1), Buffer.from(text)]);
  },
  array(elements: readonly Buffer[]): Buffer {
    return Buffer.concat([wire.int32(elements.length), ...elements]);
  },
  compactArray(elements: readonly Buffer[]): Buffer {
    return Buffer.concat([varint(elements.length + 1), ...elements]);
  },
};

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
