import { describe, expect, it } from '@jest/globals';

import { FetchedRecord } from './fetched-record.js';

const message = { offset: '7', timestamp: '1795000000000', attributes: 0, headers: {} };

const fieldsOf = ({ offset, timestamp, key, value, headers }: FetchedRecord): object => ({
  offset,
  timestamp,
  key,
  value,
  headers,
});

describe('a record of a fetch response', () => {
  it('does not keep the response in memory once it is detached', () => {
    const response = Buffer.alloc(220_000, 1);
    const slice = response.subarray(100, 150);

    const record = new FetchedRecord({
      ...message,
      key: slice,
      value: slice,
      headers: { trace: slice },
    });
    record.detach();

    for (const bytes of [record.key, record.value, record.headers.trace]) {
      if (!(bytes instanceof Uint8Array)) throw new Error('bytes were expected');
      expect(Buffer.from(bytes)).toEqual(slice);
      expect(bytes.buffer).not.toBe(response.buffer);
    }
  });

  it('is not copied if it is most of the response', () => {
    const response = Buffer.alloc(220_000, 1);
    const slice = response.subarray(100);

    const record = new FetchedRecord({ ...message, key: null, value: slice });
    record.detach();

    expect(record.value).toBe(slice);
  });

  it('has numbers for offset and time, null for no key and value, and empty bytes for a header without a value', () => {
    const nothing = null as unknown as Buffer;

    const record = new FetchedRecord({
      ...message,
      key: null,
      value: null,
      headers: { empty: nothing },
    });

    expect(fieldsOf(record)).toEqual({
      offset: 7,
      timestamp: 1_795_000_000_000,
      key: null,
      value: null,
      headers: { empty: Buffer.alloc(0) },
    });
  });
});
