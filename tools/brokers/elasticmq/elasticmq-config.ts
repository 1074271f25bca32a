import { join } from 'node:path';
import { host } from '../process/ports.js';

/** `disk` survives a kill and a restart. `memory` sends about twice as fast, and loses everything when it stops. */
export type ElasticMqStorage = 'disk' | 'memory';

/**
 * ElasticMQ's configuration, in HOCON. Queue URLs begin with the node's address. H2 writes half a second late
 * by default, so a killed broker would lose what it has acknowledged: `WRITE_DELAY=0`.
 */
export function elasticMqConfig(port: number, folder: string, storage: ElasticMqStorage): string {
  const url = `jdbc:h2:${join(folder, 'data', 'messages')};WRITE_DELAY=0`;
  return `include classpath("application.conf")
node-address { protocol = http, host = "${host}", port = ${port}, context-path = "" }
rest-sqs { enabled = true, bind-hostname = "${host}", bind-port = ${port}, sqs-limits = strict }
rest-stats { enabled = false }
messages-storage { enabled = ${String(storage === 'disk')}, uri = ${JSON.stringify(url)} }
`;
}
