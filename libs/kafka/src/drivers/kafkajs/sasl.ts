import type { Mechanism, SASLOptions } from 'kafkajs';

import { askProvider } from '../contact/token-provider.js';
import { TokenRefused } from '../driver-errors.js';

/**
 * Returns the login for kafkajs. OAUTHBEARER is implemented here, because kafkajs takes a refused token for an accepted one. The
 * broker refuses a token in an answer without an error code, which kafkajs does not read (broker/saslAuthenticator/oauthBearer).
 */
export function saslFor(sasl: SASLOptions, connectionTimeout: number): SASLOptions | Mechanism {
  // A copy, since kafkajs stores its authenticator in this object (broker/saslAuthenticator).
  if (!('oauthBearerProvider' in sasl)) return { ...sasl };
  const { mechanism, oauthBearerProvider } = sasl;
  return {
    mechanism,
    authenticationProvider: ({ saslAuthenticate }) => ({
      authenticate: async () => {
        const token = await askProvider(oauthBearerProvider, connectionTimeout, isToken);
        await saslAuthenticate({
          request: { encode: () => withLength(clientResponse(token)) },
          response: { decode: withoutLength, parse: refuseIfError },
        });
      },
    }),
  };
}

/** A token, with SASL extensions by name. */
export interface BearerToken {
  readonly value: string;
  readonly extensions?: Readonly<Record<string, string>>;
}

const isToken = (token: BearerToken | undefined): boolean =>
  typeof token?.value === 'string' && token.value !== '';

/** RFC 7628, section 3.1. */
function clientResponse({ value, extensions = {} }: BearerToken): Buffer {
  const pairs = Object.entries(extensions).map(([name, text]) => `\u0001${name}=${text}`);
  return Buffer.from(`n,,\u0001auth=Bearer ${value}${pairs.join('')}\u0001\u0001`);
}

/** An empty answer accepts the token. RFC 7628, section 3.2.2: a JSON object refuses it. */
function refuseIfError(answer: Buffer): void {
  if (answer.length > 0 && answer[0] === JSON_OBJECT) throw new TokenRefused(String(answer));
}

const JSON_OBJECT = '{'.charCodeAt(0);

/** Puts the length of the bytes before them, as Kafka's protocol requires. */
function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

const withoutLength = (bytes: Buffer): Buffer => bytes.subarray(4);
