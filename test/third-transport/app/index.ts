import {
  anyJson,
  transportSymbol,
  type Transport,
  type TransportOptions,
} from 'throughline/transport';
import { LedgerConnection } from './connection.js';
import type { LedgerClient } from './ledger-client.js';
import { LEDGER_SYSTEM, page } from './page.js';

export { type LedgerClient } from './ledger-client.js';
export { Ledger, MAX_BODY } from './ledger.js';
export { page, type Page, type PageHandlerOptions, type PagePublishOptions } from './page.js';

/** Nest's name for the transport: `@EventPattern('orders', LEDGER)`. */
export const LEDGER = transportSymbol('ledger');

/** How an application takes part in a ledger. */
export interface LedgerOptions extends TransportOptions {
  readonly client: LedgerClient;
}

/**
 * A ledger as a transport.
 *
 * @example
 * ThroughlineModule.forRoot({ name: 'orders', transports: [ledger({ client })] })
 */
export function ledger({ client, name, nestPatterns }: LedgerOptions): Transport {
  return {
    name,
    nestPatterns,
    systems: [LEDGER_SYSTEM.name],
    channelOf: (pattern) =>
      page(pattern, { schema: anyJson, ...(name !== undefined && { transport: name }) }),
    open: (context) => Promise.resolve(new LedgerConnection(client, context)),
  };
}
