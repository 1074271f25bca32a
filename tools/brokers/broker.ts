/**
 * A real broker as a child process, listening on 127.0.0.1 only. It never outlives the process that started it, however
 * that ends.
 */
export interface Broker {
  /** What a client is told: Kafka `127.0.0.1:9092`, ElasticMQ `http://127.0.0.1:9324`, Redis `redis://127.0.0.1:6379`. */
  readonly address: string;
  /** The port; the same after a restart. */
  readonly port: number;
  /** The process now; `undefined` while the broker is down. */
  readonly pid: number | undefined;
  /** The file that holds all the broker ever wrote to its console. */
  readonly logFile: string;
  /** Ends the broker in order (SIGTERM; SIGKILL after 20 s) and resolves when it is gone. Its data stays for `restart`. */
  stop(): Promise<void>;
  /** Ends the broker at once (SIGKILL), as a crash would, and resolves when it is gone. Its data stays for `restart`. */
  kill(): Promise<void>;
  /** Halts the process (SIGSTOP): connections stay open, and nothing is answered until `resume`. */
  pause(): void;
  /** Lets a halted process go on (SIGCONT). */
  resume(): void;
  /**
   * Stops the broker if it runs and starts it again, with its data, on its port; resolves when it answers.
   *
   * @throws TL_BROKERS_PORT_TAKEN, TL_BROKERS_DIED_AT_START, TL_BROKERS_NOT_READY
   */
  restart(): Promise<void>;
}

/** How one broker is run: all that differs between Kafka, ElasticMQ and Redis. */
export interface BrokerRecipe {
  readonly title: string;
  readonly port: number;
  readonly address: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  /** Asks in the broker's own protocol whether it can serve. */
  readonly answers: () => Promise<boolean>;
}
