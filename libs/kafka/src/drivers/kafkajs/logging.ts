import type { LogEntry, logCreator } from 'kafkajs';
import { printable } from '#base';

import { driverLogger } from '../driver-logger.js';

/** How long a line is not repeated, in milliseconds. During an outage, kafkajs logs several lines per second. */
const repeatAfter = 60_000;
/** The maximum number of characters of a logged message, and of its details. Both may contain text that a broker sent. */
const maxLength = 500;

/**
 * Writes kafkajs's log lines at level `debug`, because kafkajs logs each lost heartbeat and each retry as an error. `logOutage`
 * logs what matters. Set KAFKAJS_LOG_LEVEL=DEBUG, a variable of kafkajs, to see everything.
 */
export function debugLog(isClosed: () => boolean): logCreator {
  const written = new Map<string, number>();
  return () => (entry: LogEntry) => {
    const message = printable(entry.log.message, maxLength);
    const text = `kafkajs ${entry.label.toLowerCase()} ${entry.namespace}: ${message}`;
    const now = Date.now();
    if (isClosed() || now - (written.get(text) ?? 0) < repeatAfter) return;
    for (const [old, at] of written) if (now - at >= repeatAfter) written.delete(old);
    written.set(text, now);
    driverLogger.debug(text + detailsOf(entry));
  };
}

function detailsOf({ log }: LogEntry): string {
  const { broker, groupId, memberId, error } = log as Readonly<Record<string, unknown>>;
  const details = { broker, groupId, memberId, error: isText(error) ? error : undefined };
  const text = JSON.stringify(details);
  return text === '{}' ? '' : ` ${printable(text, maxLength)}`;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
