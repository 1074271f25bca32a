/**
 * A real broker as a child process, listening on 127.0.0.1 only. It never outlives the process that started it, even if that
 * one is killed.
 */
export interface Broker {
  /**
   * The address for clients: Kafka `127.0.0.1:9092`, ElasticMQ `http://127.0.0.1:9324`, Redis `redis://127.0.0.1:6379`, the schema
   * registry `http://127.0.0.1:8080/apis/ccompat/v7`.
   */
  readonly address: string;
  /** The port; the same after a restart. */
  readonly port: number;
  /** The process now; `undefined` while the broker is down. */
  readonly pid: number | undefined;
  /** The log file with all output of the broker. */
  readonly logFile: string;
  /** Stops the broker gracefully (SIGTERM, then SIGKILL after 20 s). Resolves when it has ended. Its data stays for `restart`. */
  stop(): Promise<void>;
  /** Kills the broker (SIGKILL), as a crash would. Resolves when it has ended. Its data stays for `restart`. */
  kill(): Promise<void>;
  /** Halts the process (SIGSTOP). Connections stay open, and nothing is answered until `resume`. */
  pause(): void;
  /** Continues a halted process (SIGCONT). */
  resume(): void;
  /**
   * Stops the broker if it runs, and starts it again with its data on the same port. Resolves when it answers.
   *
   * @throws TL_BROKERS_PORT_TAKEN, TL_BROKERS_DIED_AT_START, TL_BROKERS_NOT_READY
   */
  restart(): Promise<void>;
}

/** How a broker is run: what differs between Kafka, ElasticMQ, the schema registry and Redis. */
export interface BrokerRecipe {
  readonly title: string;
  readonly port: number;
  readonly address: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  /** Checks in the broker's own protocol whether it can serve. */
  readonly answers: () => Promise<boolean>;
}
