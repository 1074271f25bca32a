import { startKafka, type Broker, type KafkaCluster } from '#brokers';

/** A Kafka that only one row uses, so that it can lose its data. */
export class OwnKafka implements KafkaCluster {
  #broker: Broker;

  private constructor(broker: Broker) {
    this.#broker = broker;
  }

  static async start(): Promise<OwnKafka> {
    return new OwnKafka(await startKafka());
  }

  get address(): string {
    return this.#broker.address;
  }

  get nodes(): readonly Broker[] {
    return [this.#broker];
  }

  kill(): Promise<void> {
    return this.#broker.kill();
  }

  restart(): Promise<void> {
    return this.#broker.restart();
  }

  /** Kills the broker, and starts one without data on the same port. Resolves when it answers. */
  async empty(): Promise<void> {
    await this.#broker.kill();
    this.#broker = await startKafka({ port: this.#broker.port });
  }
}
