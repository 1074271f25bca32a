import { ThroughlineError } from '#base';

import type { FirstContact } from '../../contact/first-contact.js';
import { isLoginRefused } from '../kafka-errors.js';
import type { Connection } from './internal-types.js';
import { passedOn, unsupported } from './load.js';

/** How long before the end of a session kafkajs logs in again, by default, in milliseconds (network/connection). */
const LONGEST_THRESHOLD = 10_000;
/**
 * The share of a session that is left when kafkajs logs in again. @platformatic/kafka also logs in again after 80 % of a session.
 */
const SHARE_OF_SESSION = 0.2;

/** Explains why a login failed, in an error that ends kafkajs' own retries. */
async function explain(
  error: unknown,
  contact: FirstContact | undefined,
): Promise<Error | undefined> {
  if (error instanceof ThroughlineError) return passedOn(error);
  const refusedLater = isLoginRefused(error) ? contact?.refusedLater(error) : undefined;
  const reason = refusedLater ?? (await contact?.obstacle(error));
  return reason && passedOn(reason);
}

const followed = new WeakSet<Connection>();

/**
 * Makes kafkajs log in again in the last fifth of each session, but not earlier than 10 s before its end. By itself, kafkajs logs
 * in again 10 s before the end of any session. In a session of 10 s or less, that would be before every request, and a broker
 * refuses a second login within one second.
 */
export function followLogins(connection: Connection, contact: FirstContact | undefined): void {
  if (followed.has(connection)) return;
  followed.add(connection);
  const key = Object.getOwnPropertySymbols(connection).find(
    ({ description }) => description === 'private:Connection:authenticate',
  );
  const holder = connection as unknown as Record<symbol, () => Promise<void>>;
  const login = key === undefined ? undefined : holder[key];
  if (key === undefined || login === undefined || !('reauthenticationThreshold' in connection)) {
    throw unsupported('Connection.authenticate');
  }
  Object.defineProperty(connection, 'reauthenticationThreshold', {
    get: () =>
      Math.min(LONGEST_THRESHOLD, connection.sessionLifetime.toNumber() * SHARE_OF_SESSION),
  });
  holder[key] = async () => {
    try {
      await login();
    } catch (error) {
      throw (await explain(error, contact)) ?? error;
    }
  };
}
