import type { DecoderPrototype, HeaderReader, RecordDecoder } from './internal-types.js';
import { functionOf, prototypeOf, unsupported } from './load.js';

type HeaderValues = Buffer | null | (Buffer | null)[];

/** A list of headers whose `reduce` returns the finished object. kafkajs calls `reduce` to turn the list into an object. */
class ReadHeaders {
  constructor(private readonly headers: Readonly<Record<string, HeaderValues>>) {}

  reduce(): Readonly<Record<string, HeaderValues>> {
    return this.headers;
  }
}

/**
 * Makes kafkajs read headers of any name. By itself, kafkajs collects headers in an object that inherits from `Object`, and copies
 * that object for each header (protocol/recordBatch/record/v0/decoder.js). As a result, `constructor` and `toString` become lists
 * with a function in them, and `__proto__` is lost. The headers stay ordinary objects, for other kafkajs clients of the process.
 */
export function readHeadersOfAnyName(): void {
  const decoder = prototypeOf<DecoderPrototype>('protocol/decoder', [
    'readVarInt',
    'readVarIntArray',
  ]);
  const readHeader = functionOf('protocol/recordBatch/header/v0/decoder') as HeaderReader;
  const { readVarIntArray } = decoder;
  decoder.readVarIntArray = function (reader) {
    if (reader !== readHeader) return readVarIntArray.call(this, reader);
    const headers: Record<string, HeaderValues> = {};
    for (let left = this.readVarInt(); left > 0; left -= 1) {
      const { key, value } = readHeader(this);
      addHeader(headers, key, value);
    }
    return new ReadHeaders(headers);
  };
  if (decodesHeaders()) return;
  decoder.readVarIntArray = readVarIntArray;
  throw unsupported('reading of headers');
}

function addHeader(
  headers: Record<string, HeaderValues>,
  name: string,
  value: Buffer | null,
): void {
  const known = Object.hasOwn(headers, name) ? headers[name] : undefined;
  // The list grows in place: a record of 1 MB may contain one name 300,000 times.
  if (Array.isArray(known)) {
    known.push(value);
    return;
  }
  const values = known === undefined ? value : [known, value];
  // An assignment to `__proto__` would set the prototype.
  if (name !== '__proto__') headers[name] = values;
  else {
    const own = { value: values, enumerable: true, writable: true, configurable: true };
    Object.defineProperty(headers, name, own);
  }
}

/** Whether kafkajs now reads a record with the header `constructor: b` correctly. */
function decodesHeaders(): boolean {
  const decode = functionOf('protocol/recordBatch/record/v0/decoder') as RecordDecoder;
  const Decoder = functionOf('protocol/decoder') as new (bytes: Buffer) => DecoderPrototype;
  const name = Buffer.from('constructor');
  // Attributes, timestamp, offset, no key, no value, one header. Lengths are in zigzag encoding.
  const head = [0, 0, 0, 1, 1, 2, name.length * 2];
  const record = Buffer.from([...head, ...name, 2, 0x62]);
  const { headers } = decode(new Decoder(record), { firstOffset: '0', firstTimestamp: '0' });
  const value = Object.hasOwn(headers, 'constructor') ? headers.constructor : undefined;
  return Buffer.isBuffer(value) && value.toString() === 'b';
}
