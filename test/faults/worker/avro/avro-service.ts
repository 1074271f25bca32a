/**
 * A process of the fault suite: for each kind of jobs, one handler publishes them in Avro, and another one handles them there.
 * Publishing and handling have a client of the schema registry each, as if they were two services.
 */
import 'reflect-metadata';
import { Controller, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import {
  connectTransports,
  type Delivery,
  exponential,
  MessageHandler,
  Publisher,
  ThroughlineModule,
} from 'throughline';
import { avro, type Codec } from 'throughline/codecs';
import { kafka, topic } from 'throughline/kafka';
import { AVRO_SETTINGS, avroSettingsSchema, avroTopicOf, jsonTopicOf } from './avro-settings.js';
import { type Job, jobSchema } from '../job.js';
import type { Report } from '../reports.js';

const settings = avroSettingsSchema.parse(JSON.parse(process.env[AVRO_SETTINGS] ?? '{}'));
const OPTIONS = {
  concurrency: 20,
  retry: { attempts: 5, backoff: exponential('200ms', '1s') },
} as const;

const sendReport = (report: Report): void => {
  process.send?.(report);
};

const openCodec = (): Codec => avro(new SchemaRegistry({ host: settings.registry }));
const [publishing, handling] = [openCodec(), openCodec()];

const channelOf = (kind: string, codec: Codec) =>
  topic(avroTopicOf(settings, kind), { schema: jobSchema, key: ({ key }) => key, codec });

function publisherOf(kind: string): Type {
  const channel = channelOf(kind, publishing);
  const jobs = topic(jsonTopicOf(settings, kind), { schema: jobSchema });

  @Controller()
  class JobPublisher {
    constructor(private readonly publisher: Publisher) {}

    @MessageHandler(jobs, { ...OPTIONS, name: `publish-${kind}` })
    async publish(job: Job, { attempt }: Delivery<Job>): Promise<void> {
      try {
        await this.publisher.publish(channel, job);
      } catch (error) {
        sendReport({ kind: 'failed', id: job.id, attempt });
        throw error;
      }
    }
  }
  return JobPublisher;
}

function handlerOf(kind: string): Type {
  @Controller()
  class JobHandler {
    @MessageHandler(channelOf(kind, handling), { ...OPTIONS, name: `handle-${kind}` })
    handle({ id }: Job, { attempt }: Delivery<Job>): void {
      sendReport({ kind: 'began', id, attempt });
      sendReport({ kind: 'ended', id, attempt });
    }
  }
  return JobHandler;
}

@Module({
  imports: [
    ThroughlineModule.forRoot({
      name: settings.group,
      transports: [kafka({ brokers: settings.kafka.split(',') })],
    }),
  ],
  controllers: settings.kinds.flatMap((kind) => [publisherOf(kind), handlerOf(kind)]),
})
class AvroModule {}

// Without its harness, the process has nothing to do.
process.on('disconnect', () => process.exit(1));
const app = await NestFactory.create(AvroModule);
await connectTransports(app);
sendReport({ kind: 'ready' });
