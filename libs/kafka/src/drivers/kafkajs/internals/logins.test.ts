import { describe, expect, it } from '@jest/globals';

import { followLogins } from './logins.js';
import type { Connection } from './internal-types.js';
import { loadFile } from './load.js';

interface OfKafkaJs extends Connection {
  sessionLifetime: { toNumber(): number };
  readonly reauthenticationThreshold: number;
}

function connectionOfKafkaJs(): OfKafkaJs {
  const Client = loadFile('kafkajs/src/network/connection') as new (options: object) => OfKafkaJs;
  const logger = { debug: () => undefined, error: () => undefined };
  return new Client({ host: 'localhost', port: 1, logger: { namespace: () => logger } });
}

describe('a login through kafkajs', () => {
  it.each([
    ['as long as the connection', 0, 0],
    ['3 s', 3_000, 600],
    ['an hour', 3_600_000, 10_000],
  ])('that is valid for %s is renewed in time', (_, lifetime, threshold) => {
    const connection = connectionOfKafkaJs();

    followLogins(connection, undefined);
    connection.sessionLifetime = { toNumber: () => lifetime };

    expect(connection.reauthenticationThreshold).toBe(threshold);
  });

  it('cannot be followed in another version of kafkajs', () => {
    const other = { ...connectionOfKafkaJs() };
    Reflect.deleteProperty(other, 'reauthenticationThreshold');

    expect(() => followLogins(other, undefined)).toThrow(
      expect.objectContaining({ code: 'TL_KAFKA_CLIENT_UNSUPPORTED' }),
    );
  });
});
