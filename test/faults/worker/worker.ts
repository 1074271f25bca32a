/** A process of the fault suite: an application with one handler that reports what it does to the harness. */
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { connectTransports, ThroughlineHealth, ThroughlineModule } from 'throughline';
import { elastic } from 'throughline/elastic';
import { kafka, kafkaJs, platformatic } from 'throughline/kafka';
import { sqs } from 'throughline/sqs';
import { none } from 'throughline/tracing';
import { credentialsOf } from './credentials.js';
import { handlersOf } from './handlers.js';
import { observedDriver } from './observed-driver.js';
import { reportTroubles } from './report-troubles.js';
import type { Report, SendReport } from './reports.js';
import { SettledJobs } from './settled-jobs.js';
import { WORKER_SETTINGS, workerSettingsSchema } from './worker-settings.js';
import { Work } from './work.js';

const settings = workerSettingsSchema.parse(JSON.parse(process.env[WORKER_SETTINGS] ?? '{}'));
const settled = new SettledJobs();

const sendReport: SendReport = (report: Report) =>
  new Promise((resolve, reject) => {
    if (process.send === undefined) throw new Error('A worker is started by the fault suite.');
    process.send(report, undefined, {}, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });

const client = { brokers: settings.kafka.split(','), clientId: settings.name };
const { instanceId } = settings;
const driver = observedDriver(
  settings.target === 'platformatic'
    ? platformatic({ ...client, ...(instanceId !== undefined && { instanceId }) })
    : kafkaJs(client),
  sendReport,
  settled,
);

@Module({
  imports: [
    ThroughlineModule.forRoot({
      name: settings.group,
      defaults: { deadLetter: false },
      tracer: settings.tracer === 'elastic' ? elastic() : none(),
      transports: [
        kafka({ driver, sessionTimeout: settings.sessionTimeout }),
        sqs({
          waitTime: '1s',
          client: {
            endpoint: settings.sqs,
            region: 'us-east-1',
            credentials: credentialsOf(settings.credentials),
          },
        }),
      ],
    }),
  ],
  controllers: handlersOf({ settings, settled, sendReport, work: new Work(settings, sendReport) }),
})
class WorkerModule {}

// Without its harness, a worker has nothing to do.
process.on('disconnect', () => process.exit(1));
const app = await NestFactory.create(WorkerModule);
await connectTransports(app, { shutdownTimeout: settings.shutdownTimeout });
reportTroubles(app.get(ThroughlineHealth), sendReport);
await sendReport({ kind: 'ready' });
