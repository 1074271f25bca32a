import type { LogEntry, logCreator } from 'kafkajs';

import { driverLogger } from '../driver-logger.js';
import type { OutageListener } from './outage.js';

/** The same line again within this time says nothing new: an outage makes kafkajs write several a second. */
const repeatAfter = 60_000;

/**
 * kafkajs calls each lost heartbeat and each retry an error: noise, for `debug`. What matters is told by `logOutage`.
 * kafkajs's own variable KAFKAJS_LOG_LEVEL=DEBUG opens all of it.
 */
export function debugLog(isClosed: () => boolean): logCreator {
  const written = new Map<string, number>();
  return () => (entry: LogEntry) => {
    const text = `kafkajs ${entry.label.toLowerCase()} ${entry.namespace}: ${entry.log.message}`;
    const now = Date.now();
    if (isClosed() || now - (written.get(text) ?? 0) < repeatAfter) return;
    for (const [old, at] of written) if (now - at >= repeatAfter) written.delete(old);
    written.set(text, now);
    driverLogger.debug(text + detailsOf(entry));
  };
}

/** One line when the broker goes, one when it is back. */
export function logOutage(who: string, brokers: readonly string[]): OutageListener {
  const where = brokers.join(', ');
  return {
    down: (error) => {
      driverLogger.warn(`${who}: no answer from Kafka at ${where} (${error.message}); trying on.`);
    },
    up: () => {
      driverLogger.log(`${who}: Kafka at ${where} answers again.`);
    },
  };
}

function detailsOf({ log }: LogEntry): string {
  const { broker, groupId, memberId, error } = log as Readonly<Record<string, unknown>>;
  const details = { broker, groupId, memberId, error: isText(error) ? error : undefined };
  const text = JSON.stringify(details);
  return text === '{}' ? '' : ` ${text}`;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
