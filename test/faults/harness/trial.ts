import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { kafkaJs } from 'throughline/kafka';
import { ALWAYS, type Job } from '../worker/job.js';
import type { Wish } from '../worker/wish.js';
import { GuestMember } from './guest-member.js';
import type { Kind } from './kind.js';
import { KafkaRoad } from './kafka-road.js';
import { Ledger } from './ledger.js';
import { Network } from './network.js';
import type { Road } from './road.js';
import { brokenRules } from './rules.js';
import { SqsGate } from './sqs-gate.js';
import { SqsRoad } from './sqs-road.js';
import { SqsTraffic } from './sqs-traffic.js';
import type { Stage } from './stage.js';
import { TcpProxy } from './tcp-proxy.js';
import type { Conclusion, TrialOptions } from './trial-options.js';
import { judge, type DeadLetter, type RowResult } from './verdict.js';
import { WorkerProcess } from './worker-process.js';

const START_WITHIN = 180_000;
const SETTLED_WITHIN = 120_000;
const ASK_AGAIN_AFTER = 200;

/** One row on one broker: a channel of its own, its workers, and the ledger of what became of its messages. */
export class Trial {
  readonly ledger = new Ledger();
  readonly traffic = new SqsTraffic((job) => {
    this.ledger.settled(job);
  });
  readonly #workers: WorkerProcess[] = [];
  readonly #deaths: string[] = [];

  private constructor(
    readonly stage: Stage,
    readonly kind: Kind,
    readonly road: Road,
    readonly gate: SqsGate,
    /** What workers reach their broker through. */
    readonly network: Network,
    private readonly wish: Omit<Wish, 'name'>,
  ) {}

  static async open(stage: Stage, kind: Kind, options: TrialOptions = {}): Promise<Trial> {
    const {
      partitions = 6,
      visibility = 10,
      attributes = 0,
      network = 'direct',
      worker = {},
    } = options;
    const name = `row-${randomUUID().slice(0, 8)}`;
    const channel = kind === 'fifo' ? `${name}.fifo` : name;
    const see: Parameters<typeof SqsGate.open>[1] = (call, answer) => {
      trial.traffic.see(call, answer);
    };
    const gate = await SqsGate.open(stage.sqs.address, see);
    const isProxied = network === 'proxied';
    const way =
      isProxied && kind === 'kafka'
        ? stage.kafkaNetworks.take()
        : new Network([await TcpProxy.open(() => gate.port)]);
    const road =
      kind === 'kafka'
        ? new KafkaRoad(stage.kafka.address, channel, name, partitions)
        : new SqsRoad(stage.sqs.address, channel, {
            isFifo: kind === 'fifo',
            visibility,
            attributes,
          });
    const trial: Trial = new Trial(stage, kind, road, gate, way, {
      group: name,
      kind,
      channel,
      kafka: isProxied && kind === 'kafka' ? way.address : stage.kafka.address,
      sqs: `http://${isProxied && kind !== 'kafka' ? way.address : `127.0.0.1:${gate.port}`}`,
      concurrency: 10,
      attempts: 5,
      backoff: { first: '200ms', longest: '1s' },
      deadLetter: true,
      timeout: '5m',
      sessionTimeout: '6s',
      shutdownTimeout: '25s',
      obeys: false,
      tracer: 'none',
      ...worker,
    });
    await road.open();
    return trial;
  }

  /** The offsets that the row's group has committed; for Kafka only. */
  async committed(): Promise<ReadonlyMap<number, number>> {
    if (this.road instanceof KafkaRoad) return this.road.committed();
    throw new TypeError('Only Kafka has offsets.');
  }

  /** Starts a worker; resolves when it takes messages. */
  async hire(wish: Partial<Wish> = {}): Promise<WorkerProcess> {
    const name = `worker-${this.#workers.length + 1}`;
    const whole = { ...this.wish, ...wish, name };
    const worker = new WorkerProcess(whole, this.ledger, {
      logFile: join(this.stage.folder, `${this.wish.group}-${name}.log`),
      onDeath: (how) => this.#deaths.push(how),
    });
    this.#workers.push(worker);
    const takes = this.kind === 'kafka' ? 'assigned' : 'ready';
    const took = await this.ledger.until(
      () => this.ledger.has(takes, name) || !worker.isAlive,
      START_WITHIN,
    );
    if (!took || !worker.isAlive) throw new Error(`${name} of ${this.wish.group} did not start`);
    return worker;
  }

  hireMany(count: number): Promise<readonly WorkerProcess[]> {
    return Promise.all(Array.from({ length: count }, () => this.hire()));
  }

  async produce(jobs: readonly Job[]): Promise<void> {
    this.ledger.produce(jobs);
    await this.road.send(jobs);
  }

  /** Someone joins the row's group, and only takes partitions away. */
  welcomeGuest(): Promise<GuestMember> {
    return GuestMember.join(this.stage.kafka.address, this.wish.group, this.road.channel);
  }

  /** Makes a topic that handlers publish to. */
  async makeTopic(name: string): Promise<void> {
    const driver = kafkaJs({
      brokers: this.stage.kafka.address.split(','),
      clientId: 'faults',
    });
    await driver.create([{ name, partitions: 3 }]);
    await driver.close();
  }

  /** Makes a queue that handlers publish to. */
  async makeQueue(name: string): Promise<void> {
    const options = { isFifo: false, visibility: 30, attributes: 0 };
    const road = new SqsRoad(this.stage.sqs.address, name, options);
    await road.makeQueue(name);
    await road.close();
  }

  /** Resolves once this many messages have an effect; fails where they do not within `patience`. */
  async effects(count: number, patience = 120_000): Promise<void> {
    if (await this.#patiently(() => this.ledger.effects.size >= count, patience)) return;
    throw new Error(`only ${this.ledger.effects.size} of ${count} messages have an effect`);
  }

  /** Resolves once this many runs have begun, of any message. */
  async begun(count: number, patience = 120_000): Promise<void> {
    if (await this.#patiently(() => this.ledger.count('began') >= count, patience)) return;
    throw new Error(`only ${this.ledger.count('began')} of ${count} runs have begun`);
  }

  /** ElasticMQ answers before it has found its queues again, and Kafka before it knows who coordinates a group. */
  untilBrokerAnswers(): Promise<void> {
    return this.#until(() =>
      this.road.left().then(
        () => true,
        () => false,
      ),
    );
  }

  /** Waits for what is still to come, ends the workers in good order, and judges. */
  async conclude(fault: string, conclusion: Conclusion = {}): Promise<RowResult> {
    const { ledger } = this;
    const { notes = [], failures = [], lettersWithoutRoom = 0, patience = 120_000 } = conclusion;
    const jobs = [...ledger.produced.values()];
    const healthy = jobs.filter((job) => job.failures < ALWAYS);
    await this.#patiently(() => ledger.effects.size >= healthy.length, patience);
    await this.#until(
      async () => (await this.road.deadLetterCount()) >= jobs.length - healthy.length,
    );
    const workersBefore = this.#workers.filter(({ isAlive }) => isAlive);
    await this.#until(async () => (await this.road.left()) === 0);
    const exits = await Promise.all(workersBefore.map((worker) => worker.terminate()));
    const left = await this.road.left();
    const letters = await this.road.deadLetters();
    const judged = judge(ledger, letters, {
      kind: this.kind,
      allowed: conclusion.allowed ?? ledger.allowed,
    });
    const own = [
      ...failures.map((finding) => (typeof finding === 'function' ? finding() : finding)),
      left > 0 && `${left} messages are not settled`,
      ...exits.map(({ code }) => code !== 0 && `a worker ended with ${String(code)}`),
      ...this.#deaths,
      ...notesMissing(letters, lettersWithoutRoom),
      ...brokenRules(ledger),
    ].filter((failure) => failure !== false);
    const all = [...judged.failures, ...own];
    if (all.length > 0) await this.#writeDown();
    return {
      fault,
      broker: this.kind,
      messages: jobs.length,
      ...judged,
      recoveredMs: ledger.recoveredMs,
      notes,
      failures: all,
    };
  }

  /** What the harness saw, a line each, for whoever looks for the cause. */
  async #writeDown(): Promise<void> {
    const lines = this.ledger.entries.map((entry) => `${JSON.stringify(entry)}\n`);
    await writeFile(join(this.stage.folder, `${this.wish.group}-ledger.jsonl`), lines);
  }

  /** Ends what is left, also after an error. */
  async close(): Promise<void> {
    await Promise.all(
      this.#workers.filter(({ isAlive }) => isAlive).map((worker) => worker.kill()),
    );
    await this.road.close();
    await this.gate.close();
    await this.network.close();
  }

  /** The longer forms send more. */
  #patiently(isSo: () => boolean, patience: number): Promise<boolean> {
    return this.ledger.until(isSo, patience * this.stage.pick(1, 2, 4));
  }

  async #until(isSo: () => Promise<boolean>): Promise<void> {
    const limit = performance.now() + SETTLED_WITHIN;
    while (!(await isSo()) && performance.now() < limit) await pause(ASK_AGAIN_AFTER);
  }
}

const notesMissing = (letters: readonly DeadLetter[], allowed: number): readonly string[] => {
  const silent = letters.filter(({ note }) => !note.includes('"reason"')).length;
  return silent <= allowed ? [] : [`${silent} dead letters without their cause`];
};
