import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startKafka, type Broker } from '#brokers';
import { BATCH_HEADER } from '../platformatic/consume/fetch/record-batch.js';
import { loadClient } from '../platformatic/load.js';
import { produceApi } from '../platformatic/produce/produce-request.js';
import { codecName, CODEC_BITS } from './compression.js';

const ATTRIBUTES_AT = 21;
const CHANGED_BYTES = 8;

/** A broker whose files can be read and changed. A broker refuses broken batches, so only its files can have any. */
export class StoredLog {
  private constructor(
    readonly broker: Broker,
    private readonly folder: string,
  ) {}

  static async open(): Promise<StoredLog> {
    const folder = await mkdtemp(join(tmpdir(), 'throughline-log-'));
    return new StoredLog(await startKafka({ dataDir: folder }), folder);
  }

  async close(): Promise<void> {
    await this.broker.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The codecs of all batches in the first partition of a topic. */
  async codecs(topic: string): Promise<readonly string[]> {
    const bytes = await readFile(this.#file(topic));
    const codecs: string[] = [];
    for (let at = 0; bytes.length - at > BATCH_HEADER; at += 12 + bytes.readInt32BE(at + 8)) {
      codecs.push(codecName(bytes.readInt16BE(at + ATTRIBUTES_AT) & CODEC_BITS));
    }
    return codecs;
  }

  /** Writes a batch of another client to the first partition of a topic. */
  async append(topic: string, batch: Buffer): Promise<void> {
    const { Connection } = await loadClient();
    const produce = await produceApi();
    const connection = new Connection('test');
    await connection.connect('127.0.0.1', this.broker.port);
    await produce.async(connection, 5_000, [
      { name: topic, partitions: [{ index: 0, bytes: batch }] },
    ]);
    await connection.close();
  }

  /** Breaks the compressed bytes of the first batch of a topic. Returns what mends them. */
  async breakFirstBatch(topic: string): Promise<() => Promise<void>> {
    const file = await open(this.#file(topic), 'r+');
    const before = Buffer.alloc(CHANGED_BYTES);
    await file.read(before, 0, CHANGED_BYTES, BATCH_HEADER);
    await file.write(Buffer.alloc(CHANGED_BYTES, 0xff), 0, CHANGED_BYTES, BATCH_HEADER);
    return async () => {
      await file.write(before, 0, CHANGED_BYTES, BATCH_HEADER);
      await file.close();
    };
  }

  #file(topic: string): string {
    return join(this.folder, 'data', `${topic}-0`, '00000000000000000000.log');
  }
}
