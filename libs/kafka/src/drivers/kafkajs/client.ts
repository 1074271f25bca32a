import type { Kafka, RetryOptions } from 'kafkajs';

import {
  patchPrototypes,
  watchClient,
  type ClientWatch,
  type WatchedClient,
} from './internals/internals.js';
import { loadKafkaJs } from './internals/load.js';
import { debugLog } from './logging.js';
import type { KafkaJsSettings } from './options.js';

/** Waits through any outage and is back 0.2 s after the broker; what must not wait has a deadline around it. */
export const waitThroughOutages: RetryOptions = {
  initialRetryTime: 100,
  maxRetryTime: 1_000,
  multiplier: 1.5,
  retries: 1e9,
};

export interface Client extends WatchedClient {
  readonly kafka: Kafka;
}

/** A kafkajs of its own for each consumer, producer and admin, so that each can be watched and ended alone. */
export function openClient(settings: KafkaJsSettings, watch: ClientWatch): Client {
  const { Kafka, logLevel } = loadKafkaJs();
  patchPrototypes();
  const closing = new AbortController();
  const kafka = new Kafka({
    brokers: [...settings.brokers],
    clientId: settings.clientId,
    connectionTimeout: settings.connectionTimeout,
    requestTimeout: settings.requestTimeout,
    ...(settings.ssl === undefined ? {} : { ssl: settings.ssl }),
    // kafkajs keeps its authenticator in this object (broker/saslAuthenticator): it is not the user's to be shared.
    ...(settings.sasl === undefined ? {} : { sasl: { ...settings.sasl } }),
    retry: waitThroughOutages,
    logLevel: logLevel.WARN,
    logCreator: debugLog(() => closing.signal.aborted),
  });
  const watched = watchClient(kafka, watch);
  return {
    kafka,
    cluster: watched.cluster,
    kill: () => {
      closing.abort();
      watched.kill();
    },
  };
}
