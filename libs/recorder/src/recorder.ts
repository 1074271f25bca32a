import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assertOptions, rule, type RulesFor } from '#base';
import { Ledger } from './record/ledger.js';
import { routes } from './server/routes.js';
import type { Snapshot } from './record/snapshot.js';
import { orphansOf, traceOf, tracesOf, type Orphan, type Trace } from './record/trace.js';
import { waitFor } from './record/wait.js';

/** Options of {@link startRecorder}. */
export interface RecorderOptions {
  /** The port on 127.0.0.1. Default: 0, which selects a free port. */
  readonly port?: number;
}

/** Options of {@link Recorder.waitFor}. */
export interface WaitOptions {
  /**
   * A signal that aborts the wait. The wait then rejects with an error that says what was recorded instead. Default: only
   * `close()` ends the wait.
   */
  readonly signal?: AbortSignal;
}

const RULES: RulesFor<RecorderOptions> = { port: rule.port };
const WAIT_RULES: RulesFor<WaitOptions> = { signal: rule.abortSignal };

/**
 * Receives the events that Elastic APM agents send (intake protocol v2 over HTTP). Checks every line as the APM Server does, and
 * stores it. Each list is a frozen snapshot. Everything is stored until `clear()`.
 */
export interface Recorder extends Snapshot, AsyncDisposable {
  /** The URL of the recorder, `http://127.0.0.1:<port>`. Pass it to the agent as `ELASTIC_APM_SERVER_URL`. */
  readonly url: string;
  readonly port: number;
  /** Returns a snapshot of everything. */
  snapshot(): Snapshot;
  /**
   * Waits for recorded events. Resolves with the first snapshot that the predicate accepts. If it accepts the current one,
   * resolves immediately.
   *
   * @throws Error when the signal aborts or the recorder closes. Its `cause` is the reason, and its message says what was
   * recorded.
   */
  waitFor(predicate: (snapshot: Snapshot) => boolean, options?: WaitOptions): Promise<Snapshot>;
  /** Returns all events with this trace id, or `undefined` if there are none. */
  trace(traceId: string): Trace | undefined;
  /** Returns all traces in the order of their first transactions. Traces without transactions follow. */
  traces(): readonly Trace[];
  /** Returns the parents that transactions, spans and errors refer to, but that were not reported. */
  orphans(): readonly Orphan[];
  /** Deletes everything that was recorded, including problems. */
  clear(): void;
  /** Stops the recorder's server, closes its connections, and ends every wait. Can be called more than once. */
  close(): Promise<void>;
}

const addressOf = (server: Server): AddressInfo => {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('The recorder is not listening on a TCP port.');
  return address;
};

/**
 * Starts a recorder on 127.0.0.1.
 * @throws ThroughlineError `TL_OPTION_INVALID`, `TL_OPTION_UNKNOWN`
 * @throws Error of the system, such as EADDRINUSE, if the port is not available.
 *
 * @example
 * await using recorder = await startRecorder();
 * const agent = spawn('node', ['service.js'], { env: { ELASTIC_APM_SERVER_URL: recorder.url } });
 * await recorder.waitFor(({ transactions }) => transactions.length === 3, { signal: AbortSignal.timeout(10_000) });
 * expect(recorder.problems).toEqual([]);
 * expect(recorder.orphans()).toEqual([]);
 */
export async function startRecorder(options: RecorderOptions = {}): Promise<Recorder> {
  assertOptions('startRecorder()', options, RULES);
  const ledger = new Ledger();
  const closing = new AbortController();
  const answer = routes(ledger);
  const server = createServer((request, response) => {
    answer(request, response).catch((thrown: unknown) => {
      response.destroy(thrown instanceof Error ? thrown : new Error(String(thrown)));
    });
  });
  // There is no timeout, because agents keep a request open for `apiRequestTime`, which the user sets.
  server.requestTimeout = 0;
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = addressOf(server);

  const close = async (): Promise<void> => {
    if (!server.listening) return;
    ledger.seal();
    closing.abort(new Error('The recorder was closed before the wait ended.'));
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };

  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    get metadata() {
      return ledger.snapshot().metadata;
    },
    get transactions() {
      return ledger.snapshot().transactions;
    },
    get spans() {
      return ledger.snapshot().spans;
    },
    get errors() {
      return ledger.snapshot().errors;
    },
    get metricsets() {
      return ledger.snapshot().metricsets;
    },
    get problems() {
      return ledger.snapshot().problems;
    },
    snapshot: () => ledger.snapshot(),
    waitFor: async (predicate, options = {}) => {
      assertOptions('waitFor()', options, WAIT_RULES);
      const { signal } = options;
      const signals = [closing.signal, ...(signal ? [signal] : [])];
      return waitFor(ledger, predicate, AbortSignal.any(signals));
    },
    trace: (traceId) => traceOf(ledger.snapshot(), traceId),
    traces: () => tracesOf(ledger.snapshot()),
    orphans: () => orphansOf(ledger.snapshot()),
    clear: () => {
      ledger.clear();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
