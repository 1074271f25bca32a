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
import { saslFor } from './sasl.js';

/**
 * The retry settings with which kafkajs retries through any outage, and reconnects within 0.2 s after its end. Calls that must not
 * wait that long have their own deadline.
 */
export const waitThroughOutages: RetryOptions = {
  initialRetryTime: 100,
  maxRetryTime: 1_000,
  multiplier: 1.5,
  retries: 1e9,
};

export interface Client extends WatchedClient {
  readonly kafka: Kafka;
}

/** Opens a kafkajs client for one consumer, producer or admin, so that each can be monitored and closed separately. */
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
    ...(settings.sasl === undefined
      ? {}
      : { sasl: saslFor(settings.sasl, settings.connectionTimeout) }),
    retry: waitThroughOutages,
    logLevel: logLevel.WARN,
    logCreator: debugLog(() => closing.signal.aborted),
  });
  const watched = watchClient(kafka, { ...watch, contact: settings.contact });
  return {
    kafka,
    cluster: watched.cluster,
    kill: () => {
      closing.abort();
      watched.kill();
    },
  };
}
