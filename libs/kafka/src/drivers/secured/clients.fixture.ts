import type { ConnectionOptions } from 'node:tls';

import type { KafkaDriver } from '../../driver.js';
import { kafkaJs, platformatic } from '../index.js';

type PasswordMechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';

export interface PasswordLogin {
  readonly mechanism: PasswordMechanism;
  readonly username: string;
  readonly password: string;
}

export interface TokenLogin {
  readonly mechanism: 'OAUTHBEARER';
  readonly token: () => Promise<string>;
}

/** How a client connects, for any driver. */
export interface Security {
  readonly ssl?: boolean | ConnectionOptions;
  readonly login?: PasswordLogin | TokenLogin;
}

/** Creates a driver with these settings, each in the spelling of its client. */
export type OpenClient = (broker: string, security: Security) => KafkaDriver;

const times = { connectionTimeout: 2_000, requestTimeout: 5_000 };

export const openKafkaJs: OpenClient = (broker, { ssl, login }) =>
  kafkaJs({
    ...times,
    brokers: [broker],
    ...(ssl !== undefined && { ssl }),
    ...(login !== undefined && { sasl: kafkaJsSasl(login) }),
  });

function kafkaJsSasl(
  login: PasswordLogin | TokenLogin,
): NonNullable<Parameters<typeof kafkaJs>[0]['sasl']> {
  if (login.mechanism === 'OAUTHBEARER') {
    const { token } = login;
    return {
      mechanism: 'oauthbearer',
      oauthBearerProvider: async () => ({ value: await token() }),
    };
  }
  const { mechanism, username, password } = login;
  switch (mechanism) {
    case 'PLAIN':
      return { mechanism: 'plain', username, password };
    case 'SCRAM-SHA-256':
      return { mechanism: 'scram-sha-256', username, password };
    case 'SCRAM-SHA-512':
      return { mechanism: 'scram-sha-512', username, password };
  }
}

export const openPlatformatic: OpenClient = (broker, { ssl, login }) =>
  platformatic({
    ...times,
    brokers: [broker],
    ...(ssl !== undefined && { ssl }),
    ...(login !== undefined && { sasl: login }),
  });
