/** A process of the fault suite: messages arrive faster than the handler can process them. It reports the size of its heap. */
import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { setImmediate as turn } from 'node:timers/promises';
import { connectTransports, MessageHandler, ThroughlineModule } from 'throughline';
import { topic, kafka } from 'throughline/kafka';
import { endlessDriver } from './endless-driver.js';
import { jobSchema, type Job } from './job.js';
import { type SinkReport } from './sink-report.js';

const PARTITIONS = 4;
const messages = Number(process.env.FAULTS_MESSAGES);
const checkpoints = new Set([messages / 4, messages]);
const lastOfKey = new Map<string, number>();
let done = 0;
let repeatedOrSkipped = 0;

const heapNow = (): number => {
  if (globalThis.gc === undefined) throw new Error('This program needs --expose-gc.');
  globalThis.gc();
  return process.memoryUsage().heapUsed;
};

@Controller()
class SlowSink {
  @MessageHandler(topic('endless', { schema: jobSchema }), { timeout: '1h' })
  async handle({ key, seq }: Job): Promise<void> {
    await turn();
    if (seq !== (lastOfKey.get(key) ?? -1) + 1) repeatedOrSkipped += 1;
    lastOfKey.set(key, seq);
    done += 1;
    if (!checkpoints.has(done)) return;
    const report: SinkReport = { done, repeatedOrSkipped, heapBytes: heapNow() };
    process.send?.(report);
  }
}

const body = (id: string, key: string, seq: number): Uint8Array =>
  Buffer.from(JSON.stringify({ id, key, seq, work: 0, failures: 0 } satisfies Job));

@Module({
  imports: [
    ThroughlineModule.forRoot({
      name: 'slow-sink',
      defaults: { deadLetter: false },
      transports: [kafka({ driver: endlessDriver({ partitions: PARTITIONS, messages, body }) })],
    }),
  ],
  controllers: [SlowSink],
})
class SinkModule {}

process.on('disconnect', () => process.exit(1));
const app = await NestFactory.create(SinkModule);
await connectTransports(app);
