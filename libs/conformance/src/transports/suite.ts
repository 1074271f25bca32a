import assert from 'node:assert/strict';
import { ActiveResources } from './active-resources.js';
import type { OpenTransport, TransportSubject } from './contract.js';
import { Fixture } from './fixture/fixture.js';
import { SharedLog } from './fixture/shared-log.js';
import type { TestCase } from './test-case.js';

const CONCURRENCY = 8;

/** What the test cases of a suite share: the broker, the log, and the results of the cases that have started. */
export class Suite {
  readonly #log = new SharedLog();
  readonly #subject: TransportSubject;
  readonly #results = new Map<TestCase, Promise<void>>();
  readonly #closing: Promise<unknown>[] = [];
  #opened: Promise<OpenTransport> | undefined;
  #closed: Promise<void> | undefined;
  /** What was active before the broker was opened. */
  #resources: ActiveResources | undefined;

  constructor(subject: TransportSubject) {
    this.#subject = subject;
  }

  /** Starts these cases, a few at a time, and resolves as soon as the broker is open. {@link run} returns their results. */
  async startAll(cases: readonly TestCase[]): Promise<void> {
    await this.#open();
    const waiting = cases
      .filter((one) => !this.#results.has(one))
      .map((testCase) => ({ testCase, result: Promise.withResolvers<undefined>() }));
    for (const { testCase, result } of waiting) {
      result.promise.catch(() => undefined); // `run` reports it.
      this.#results.set(testCase, result.promise);
    }
    const queue = waiting.values();
    const work = async (): Promise<void> => {
      for (const { testCase, result } of queue) {
        await this.#start(testCase).then(() => result.resolve(undefined), result.reject);
      }
    };
    for (let each = 0; each < CONCURRENCY; each += 1) void work();
  }

  /** The result of a case. Starts the case unless {@link startAll} has. */
  run(testCase: TestCase): Promise<void> {
    const result = this.#results.get(testCase) ?? this.#start(testCase);
    this.#results.set(testCase, result);
    return result;
  }

  /** Checks the requests of all cases that have started. If none has, runs the first of `samples` to have requests to check. */
  async assertNoViolations(samples: readonly TestCase[]): Promise<void> {
    await this.#allEnded(samples);
    const opened = await this.#open();
    assert.deepEqual(opened.violations?.() ?? [], []);
  }

  /**
   * Closes the broker, and checks that none of the cases that have started left anything that keeps the process alive. If none
   * has, runs the first of `samples`. It is the last check, because no case can start after it.
   */
  async assertNothingActive(samples: readonly TestCase[]): Promise<void> {
    await this.#allEnded(samples);
    await this.close();
    assert.deepEqual(await this.#resources?.left(), []);
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  /** Waits until all cases that have started are over. If none has, runs the first of `samples`. */
  async #allEnded([sample]: readonly TestCase[]): Promise<void> {
    if (this.#results.size === 0 && sample !== undefined) await this.run(sample);
    await Promise.allSettled(this.#results.values());
    await Promise.allSettled(this.#closing);
  }

  async #close(): Promise<void> {
    if (this.#opened === undefined) return;
    await Promise.all(this.#closing);
    await (await this.#opened).close();
  }

  /** Opens the broker on the first call. */
  #open(): Promise<OpenTransport> {
    this.#resources ??= new ActiveResources();
    return (this.#opened ??= this.#subject.open());
  }

  async #start({ run, partitions }: TestCase): Promise<void> {
    const broker = await this.#open();
    const closeLater = (end: Promise<unknown>): void => {
      end.catch(() => undefined); // `close` reports it.
      this.#closing.push(end);
    };
    const { features, api, tracer, fastPaths = 'on' } = this.#subject;
    const shared = { features, api, tracer, fastPaths, broker, log: this.#log, closeLater };
    await Fixture.run(shared, run, partitions);
  }
}
