import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { kafkaJs } from 'throughline/kafka';
import { ALWAYS, type Job } from '../worker/job.js';
import type { WorkerSettings } from '../worker/worker-settings.js';
import { ExtraMember } from './channels/extra-member.js';
import { PlainMember } from './channels/plain-member.js';
import { brokerOf, type Target } from './target.js';
import { KafkaTestChannel } from './channels/kafka-test-channel.js';
import { Ledger } from './ledger/ledger.js';
import { Network } from './brokers/network.js';
import type { TestChannel } from './channels/test-channel.js';
import { brokenRules } from './ledger/rules.js';
import { SqsGate } from './channels/sqs-gate.js';
import { SqsTestChannel } from './channels/sqs-test-channel.js';
import { SqsTraffic } from './channels/sqs-traffic.js';
import type { Environment } from './brokers/environment.js';
import { TcpProxy } from './brokers/tcp-proxy.js';
import type { FinishOptions, RowOptions } from './row-options.js';
import { evaluate, type DeadLetter, type RowResult } from './ledger/result.js';
import { WorkerProcess } from './processes/worker-process.js';

const START_WITHIN = 180_000;
const SETTLED_WITHIN = 120_000;
const POLL_INTERVAL_MS = 200;

/** One row on one target: its own channel, its workers, and the ledger of its messages. */
export class RowFixture {
  readonly ledger = new Ledger();
  readonly traffic = new SqsTraffic((job) => {
    this.ledger.settled(job);
  });
  readonly #workers: WorkerProcess[] = [];
  readonly #deaths: string[] = [];
  /** The row's channel, and the topics that it has opened besides. */
  readonly #channels: TestChannel[];

  private constructor(
    readonly environment: Environment,
    readonly target: Target,
    readonly testChannel: TestChannel,
    readonly gate: SqsGate,
    /** The network between workers and their broker. */
    readonly network: Network,
    private readonly settings: Omit<WorkerSettings, 'name'>,
  ) {
    this.#channels = [testChannel];
  }

  static async open(
    environment: Environment,
    target: Target,
    options: RowOptions = {},
  ): Promise<RowFixture> {
    const {
      partitions = 6,
      visibility = 10,
      attributes = 0,
      network = 'direct',
      worker = {},
    } = options;
    const name = `row-${randomUUID().slice(0, 8)}`;
    const channel = target === 'fifo' ? `${name}.fifo` : name;
    const observe: Parameters<typeof SqsGate.open>[1] = (call, answer) => {
      fixture.traffic.observe(call, answer);
    };
    const gate = await SqsGate.open(environment.sqs.address, observe);
    const isKafka = brokerOf(target) === 'kafka';
    const isProxied = network === 'proxied';
    const route =
      isProxied && isKafka
        ? environment.kafkaNetworks.take()
        : new Network([await TcpProxy.open(() => gate.port)]);
    const testChannel = isKafka
      ? new KafkaTestChannel(environment.kafka.address, channel, name, partitions)
      : new SqsTestChannel(environment.sqs.address, channel, {
          isFifo: target === 'fifo',
          visibility,
          attributes,
        });
    const fixture: RowFixture = new RowFixture(environment, target, testChannel, gate, route, {
      group: name,
      target,
      channel,
      kafka: isProxied && isKafka ? route.address : environment.kafka.address,
      sqs: `http://${isProxied && !isKafka ? route.address : `127.0.0.1:${gate.port}`}`,
      concurrency: 10,
      attempts: 5,
      backoff: { first: '200ms', longest: '1s' },
      deadLetter: true,
      timeout: '5m',
      sessionTimeout: '6s',
      shutdownTimeout: '25s',
      stopsOnAbort: false,
      tracer: 'none',
      ...worker,
    });
    await testChannel.open();
    return fixture;
  }

  /**
   * The row's topic.
   *
   * @throws TypeError if the target is no topic
   */
  get topic(): KafkaTestChannel {
    if (this.testChannel instanceof KafkaTestChannel) return this.testChannel;
    throw new TypeError('Only Kafka has topics.');
  }

  /** Creates another topic for workers of the row's group. */
  async openTopic(): Promise<KafkaTestChannel> {
    const topic = this.topic.sibling(`${this.testChannel.channel}-other`);
    this.#channels.push(topic);
    await topic.open();
    return topic;
  }

  /** Deletes a topic. The row no longer expects anything of it. */
  async deleteTopic(topic: KafkaTestChannel): Promise<void> {
    await topic.delete();
    await topic.close();
    this.#channels.splice(this.#channels.indexOf(topic), 1);
  }

  /** Starts a worker. Resolves when it receives messages. */
  async startWorker(settings: Partial<WorkerSettings> = {}): Promise<WorkerProcess> {
    const name = `worker-${this.#workers.length + 1}`;
    const whole = { ...this.settings, ...settings, name };
    const worker = new WorkerProcess(whole, this.ledger, {
      logFile: join(this.environment.folder, `${this.settings.group}-${name}.log`),
      onDeath: (how) => this.#deaths.push(how),
    });
    this.#workers.push(worker);
    const takes = brokerOf(this.target) === 'kafka' ? 'assigned' : 'ready';
    const took = await this.ledger.until(
      () => this.ledger.has(takes, name) || !worker.isAlive,
      START_WITHIN,
    );
    if (!took || !worker.isAlive)
      throw new Error(`${name} of ${this.settings.group} did not start`);
    return worker;
  }

  startWorkers(count: number): Promise<readonly WorkerProcess[]> {
    return Promise.all(Array.from({ length: count }, () => this.startWorker()));
  }

  /** Sends jobs to the row's channel, or to another one. */
  async produce(jobs: readonly Job[], to = this.testChannel): Promise<void> {
    this.ledger.produce(jobs);
    await to.send(jobs);
  }

  /** Adds a member to the row's group that takes partitions and does nothing else. */
  addMember(): Promise<ExtraMember> {
    return ExtraMember.join(
      this.environment.kafka.address,
      this.settings.group,
      this.testChannel.channel,
    );
  }

  /** Adds a member to the row's group that does not use Throughline. */
  addPlainMember(): Promise<PlainMember> {
    return PlainMember.join(
      this.environment.kafka.address,
      this.settings.group,
      this.testChannel.channel,
    );
  }

  /** Creates a topic that handlers publish to. */
  async makeTopic(name: string): Promise<void> {
    const driver = kafkaJs({
      brokers: this.environment.kafka.address.split(','),
      clientId: 'faults',
    });
    await driver.create([{ name, partitions: 3 }]);
    await driver.close();
  }

  /** Creates a queue that handlers publish to. */
  async makeQueue(name: string): Promise<void> {
    const options = { isFifo: false, visibility: 30, attributes: 0 };
    const testChannel = new SqsTestChannel(this.environment.sqs.address, name, options);
    await testChannel.makeQueue(name);
    await testChannel.close();
  }

  /** Resolves once this many messages have an effect. Rejects after `timeout`. */
  async effects(count: number, timeout = 120_000): Promise<void> {
    if (await this.#untilInTime(() => this.ledger.effects.size >= count, timeout)) return;
    throw new Error(`only ${this.ledger.effects.size} of ${count} messages have an effect`);
  }

  /** Resolves once this many runs have begun, of any message. */
  async begun(count: number, timeout = 120_000): Promise<void> {
    if (await this.#untilInTime(() => this.ledger.count('began') >= count, timeout)) return;
    throw new Error(`only ${this.ledger.count('began')} of ${count} runs have begun`);
  }

  /** After a restart, ElasticMQ answers before it has restored its queues, and Kafka before it knows a group's coordinator. */
  untilBrokerAnswers(): Promise<void> {
    return this.#until(() =>
      this.testChannel.left().then(
        () => true,
        () => false,
      ),
    );
  }

  /** Waits for the remaining effects, stops the workers gracefully, and evaluates the row. */
  async finish(fault: string, options: FinishOptions = {}): Promise<RowResult> {
    const { ledger } = this;
    const {
      remarks = [],
      failures = [],
      deadLettersWithoutHeader = 0,
      timeout = 120_000,
    } = options;
    const jobs = [...ledger.produced.values()];
    const healthy = jobs.filter((job) => job.failures < ALWAYS);
    await this.#untilInTime(() => ledger.effects.size >= healthy.length, timeout);
    await this.#until(
      async () =>
        (await this.#sum((channel) => channel.deadLetterCount())) >= jobs.length - healthy.length,
    );
    const workersBefore = this.#workers.filter(({ isAlive }) => isAlive);
    const leftInAll = (): Promise<number> => this.#sum((channel) => channel.left());
    await this.#until(async () => (await leftInAll()) === 0);
    const exits = await Promise.all(workersBefore.map((worker) => worker.terminate()));
    const left = await leftInAll();
    const deadLetters = (
      await Promise.all(this.#channels.map((channel) => channel.deadLetters()))
    ).flat();
    const evaluated = evaluate(ledger, deadLetters, {
      target: this.target,
      allowed: options.allowed ?? ledger.allowed,
    });
    const own = [
      ...failures.map((finding) => (typeof finding === 'function' ? finding() : finding)),
      left > 0 && `${left} messages are not settled`,
      ...exits.map(({ code }) => code !== 0 && `a worker ended with ${String(code)}`),
      ...this.#deaths,
      ...missingHeaders(deadLetters, deadLettersWithoutHeader),
      ...brokenRules(ledger),
    ].filter((failure) => failure !== false);
    const all = [...evaluated.failures, ...own];
    if (all.length > 0) await this.#writeLedger();
    return {
      fault,
      broker: this.target,
      messages: jobs.length,
      ...evaluated,
      recoveredMs: ledger.recoveredMs,
      remarks,
      failures: all,
    };
  }

  /** Writes the ledger to a file, to find the cause of a failure. */
  async #writeLedger(): Promise<void> {
    const lines = this.ledger.entries.map((entry) => `${JSON.stringify(entry)}\n`);
    await writeFile(join(this.environment.folder, `${this.settings.group}-ledger.jsonl`), lines);
  }

  /** Stops what still runs, also after an error. */
  async close(): Promise<void> {
    await Promise.all(
      this.#workers.filter(({ isAlive }) => isAlive).map((worker) => worker.kill()),
    );
    await Promise.all(this.#channels.map((channel) => channel.close()));
    await this.gate.close();
    await this.network.close();
  }

  async #sum(count: (channel: TestChannel) => Promise<number>): Promise<number> {
    const counts = await Promise.all(this.#channels.map(count));
    return counts.reduce((sum, one) => sum + one, 0);
  }

  /** The longer forms send more messages and wait longer. */
  #untilInTime(condition: () => boolean, timeout: number): Promise<boolean> {
    return this.ledger.until(condition, timeout * this.environment.pick(1, 2, 4));
  }

  async #until(condition: () => Promise<boolean>): Promise<void> {
    const limit = performance.now() + SETTLED_WITHIN;
    while (!(await condition()) && performance.now() < limit) await pause(POLL_INTERVAL_MS);
  }
}

const missingHeaders = (deadLetters: readonly DeadLetter[], allowed: number): readonly string[] => {
  const count = deadLetters.filter(({ header }) => !header.includes('"reason"')).length;
  return count <= allowed ? [] : [`${count} dead letters without their cause`];
};
