import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { startSchemaRegistry, type Broker } from '#brokers';
import { kafkaJs, type KafkaDriver } from 'throughline/kafka';
import {
  AVRO_SETTINGS,
  type AvroSettings,
  avroTopicOf,
  jsonTopicOf,
} from '../worker/avro/avro-settings.js';
import type { Job } from '../worker/job.js';
import { reportSchema } from '../worker/reports.js';
import type { Environment } from './brokers/environment.js';
import { KafkaTestChannel } from './channels/kafka-test-channel.js';
import { Ledger } from './ledger/ledger.js';
import { endProgram, startProgram } from './processes/program.js';

const PARTITIONS = 6;
const POLL_INTERVAL_MS = 200;
const SETTLED_WITHIN = 120_000;

/**
 * A version of the schema of a kind. Each version has one more field than the version before, with a default, so all are compatible.
 * A registry gives equal schemas one id, so each kind has its own namespace.
 */
const schemaOf = (kind: string, version: number): string =>
  JSON.stringify({
    type: 'record',
    name: 'Job',
    namespace: `faults.${kind}`,
    fields: [
      ...['id', 'key'].map((name) => ({ name, type: 'string' })),
      ...['seq', 'work', 'failures'].map((name) => ({ name, type: 'int' })),
      ...Array.from({ length: version - 1 }, (_, index) => ({
        name: `note${index + 1}`,
        type: 'string',
        default: '',
      })),
    ],
  });

/** A schema registry of its own, the process with Avro, and its topics. */
export class AvroFixture {
  readonly ledger = new Ledger();
  #service: ChildProcess | undefined;

  private constructor(
    private readonly environment: Environment,
    readonly registry: Broker,
    private readonly settings: AvroSettings,
    private readonly channels: ReadonlyMap<string, KafkaTestChannel>,
    private readonly client: SchemaRegistry,
    private readonly driver: KafkaDriver,
  ) {}

  /** @param kinds what the kinds of jobs are called */
  static async open(environment: Environment, kinds: readonly string[]): Promise<AvroFixture> {
    const group = `row-${randomUUID().slice(0, 8)}`;
    const kafka = environment.kafka.address;
    const registry = await startSchemaRegistry();
    const settings = { group, kafka, registry: registry.address, kinds: [...kinds] };
    const names = kinds.flatMap((kind) => [
      jsonTopicOf(settings, kind),
      avroTopicOf(settings, kind),
    ]);
    const channels = new Map(
      names.map((name) => [name, new KafkaTestChannel(kafka, name, group, PARTITIONS)]),
    );
    const client = new SchemaRegistry({ host: registry.address });
    const driver = kafkaJs({ brokers: kafka.split(','), clientId: 'faults' });
    const fixture = new AvroFixture(environment, registry, settings, channels, client, driver);
    await Promise.all([...channels.values()].map((channel) => channel.open()));
    return fixture;
  }

  /** Registers versions of the schema of a kind. Returns their ids, the oldest first. */
  async register(kind: string, versions: number): Promise<readonly number[]> {
    const subject = `${avroTopicOf(this.settings, kind)}-value`;
    const ids: number[] = [];
    for (let version = 1; version <= versions; version += 1) {
      const { id } = await this.client.register(
        { type: SchemaType.AVRO, schema: schemaOf(kind, version) },
        { subject },
      );
      ids.push(id);
    }
    return ids;
  }

  /** Starts the process with Avro. Resolves when it is ready. */
  async startService(): Promise<void> {
    const service = startProgram('test/faults/worker/avro/avro-service.ts', {
      logFile: join(this.environment.folder, `${this.settings.group}.log`),
      env: { [AVRO_SETTINGS]: JSON.stringify(this.settings) },
    });
    this.#service = service;
    const ready = Promise.withResolvers<undefined>();
    service.on('message', (message) => {
      const report = reportSchema.parse(message);
      this.ledger.take('service', report);
      if (report.kind === 'ready') ready.resolve(undefined);
    });
    service.once('exit', (code) => {
      ready.reject(new Error(`the service ended with ${String(code)}`));
    });
    await ready.promise;
  }

  /** Sends these jobs in JSON, for the service to publish in Avro. */
  async produce(kind: string, jobs: readonly Job[]): Promise<void> {
    this.ledger.produce(jobs);
    await this.channels.get(jsonTopicOf(this.settings, kind))?.send(jobs);
  }

  /** Sends these jobs in Avro, with these schemas in turn. */
  async produceInAvro(kind: string, jobs: readonly Job[], ids: readonly number[]): Promise<void> {
    this.ledger.produce(jobs);
    const topic = avroTopicOf(this.settings, kind);
    const records = await Promise.all(
      jobs.map(async (job, index) => {
        const value = await this.client.encode(ids[index % ids.length] ?? 0, job);
        return { topic, key: job.key, value, headers: {} };
      }),
    );
    const producer = this.driver.producer();
    const answers = await producer.send(records);
    await producer.close();
    const refused = answers.find((answer) => answer.status === 'rejected');
    if (refused !== undefined) throw refused.reason;
  }

  /** Resolves once these jobs have been handled. */
  async handled(jobs: readonly Job[]): Promise<void> {
    const isDone = (): boolean => jobs.every(({ id }) => this.ledger.effects.has(id));
    if (await this.ledger.until(isDone, this.environment.pick(120_000, 240_000, 480_000))) return;
    throw new Error(`only ${this.countHandled(jobs)} of ${jobs.length} jobs have been handled`);
  }

  /** Resolves once a publish of one of these jobs has been refused. */
  async publishRefused(jobs: readonly Job[]): Promise<void> {
    const ids = new Set(jobs.map(({ id }) => id));
    const isRefused = (): boolean => this.ledger.of('failed').some(({ id }) => ids.has(id));
    if (!(await this.ledger.until(isRefused)))
      throw new Error('no publish was refused, so the outage tests nothing');
  }

  countHandled(jobs: readonly Job[]): number {
    return jobs.filter(({ id }) => this.ledger.effects.has(id)).length;
  }

  /** Waits until each topic is read to its end, and stops the service gracefully. Returns its exit code. */
  async finish(): Promise<{
    readonly left: number;
    readonly deadLetters: number;
    readonly code: number | null;
  }> {
    const limit = performance.now() + SETTLED_WITHIN;
    while ((await this.#sum((channel) => channel.left())) > 0 && performance.now() < limit)
      await pause(POLL_INTERVAL_MS);
    const service = this.#service;
    if (service === undefined) throw new Error('the service was not started');
    const exited = once(service, 'exit');
    service.kill('SIGTERM');
    await exited;
    return {
      left: await this.#sum((channel) => channel.left()),
      deadLetters: await this.#sum((channel) => channel.deadLetterCount()),
      code: service.exitCode,
    };
  }

  /** Stops what still runs, also after an error. */
  async close(): Promise<void> {
    if (this.#service !== undefined) await endProgram(this.#service);
    await Promise.all([...this.channels.values()].map((channel) => channel.close()));
    await this.driver.close();
    await this.registry.kill();
  }

  async #sum(count: (channel: KafkaTestChannel) => Promise<number>): Promise<number> {
    const counts = await Promise.all([...this.channels.values()].map(count));
    return counts.reduce((sum, one) => sum + one, 0);
  }
}
