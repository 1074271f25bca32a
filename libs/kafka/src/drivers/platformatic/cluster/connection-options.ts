import { isIP } from 'node:net';
import type { ConnectionOptions } from '@platformatic/kafka';

import { rule } from '#base';
import { askProvider } from '../../contact/token-provider.js';
import { TokenRefused } from '../../driver-errors.js';
import type { PlatformaticSasl, PlatformaticSettings } from '../options.js';

/** Returns the client's options for a connection. */
export function connectionOptions(
  { connectionTimeout, ssl, sasl }: PlatformaticSettings,
  host: string,
  requestTimeout: number,
): ConnectionOptions {
  return {
    connectTimeout: connectionTimeout,
    requestTimeout,
    ...(ssl !== undefined && ssl !== false && tlsOf(ssl, host)),
    ...(sasl !== undefined && { sasl: saslOf(sasl, connectionTimeout) }),
  };
}

/**
 * Returns the TLS options with the server name for the handshake. Node does not send a name by itself, but brokers that share an
 * address need one.
 */
function tlsOf(
  ssl: Exclude<PlatformaticSettings['ssl'], false | undefined>,
  host: string,
): Pick<ConnectionOptions, 'tls' | 'tlsServerName'> {
  const tls = ssl === true ? {} : ssl;
  const isNamed = tls.servername === undefined && isIP(host) === 0;
  return { tls: { ...tls }, ...(isNamed && { tlsServerName: host }) };
}

function saslOf(
  sasl: PlatformaticSasl,
  connectionTimeout: number,
): NonNullable<ConnectionOptions['sasl']> {
  if (sasl.mechanism !== 'OAUTHBEARER') {
    const { mechanism, username, password } = sasl;
    return { mechanism, username, password };
  }
  const { mechanism, token, extensions } = sasl;
  return {
    mechanism,
    token: typeof token === 'string' ? token : () => askProvider(token, connectionTimeout, isToken),
    ...(extensions !== undefined && { oauthBearerExtensions: { ...extensions } }),
    // To refuse a token, the broker answers with a JSON object and without an error code. The client takes that for a successful
    // login.
    authBytesValidator: (answer, callback) => {
      if (answer[0] === JSON_OBJECT) callback(new TokenRefused(String(answer)));
      else callback(null, answer);
    },
  };
}

const isToken = (token: string): boolean => rule.text.accepts(token);

const JSON_OBJECT = '{'.charCodeAt(0);
