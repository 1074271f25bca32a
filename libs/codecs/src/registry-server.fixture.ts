import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** How the server answers all requests, for example with an error. */
export type Fault = (response: ServerResponse) => void;

/**
 * A registry with one Avro schema for each subject. It supports the part of Confluent's HTTP protocol that reading needs, counts
 * requests, and can fail.
 */
export class RegistryServer {
  /** The paths of all requests. */
  readonly requests: string[] = [];
  fault: Fault | undefined;
  readonly #server: Server;
  readonly #schemas: readonly { readonly subject: string; readonly schema: object }[];

  private constructor(schemas: readonly { readonly subject: string; readonly schema: object }[]) {
    this.#schemas = schemas;
    this.#server = createServer(({ url = '' }, response) => {
      this.requests.push(url);
      if (this.fault === undefined) this.#answer(url, response);
      else this.fault(response);
    });
  }

  /** @param schemas the position of a schema, counted from 1, is its id */
  static async start(
    schemas: readonly { readonly subject: string; readonly schema: object }[],
  ): Promise<RegistryServer> {
    const registry = new RegistryServer(schemas);
    registry.#server.listen(0, '127.0.0.1');
    await once(registry.#server, 'listening');
    return registry;
  }

  get host(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answer(url: string, response: ServerResponse): void {
    const latest = /^\/subjects\/(.+)\/versions\/latest$/.exec(url)?.[1];
    const id =
      latest === undefined
        ? Number(/^\/schemas\/ids\/(\d+)$/.exec(url)?.[1])
        : this.#schemas.findLastIndex(({ subject }) => subject === decodeURIComponent(latest)) + 1;
    const schema = this.#schemas[id - 1]?.schema;
    if (schema === undefined) json(404, { error_code: 40_403, message: 'Not found' })(response);
    else json(200, { id, schema: JSON.stringify(schema) })(response);
  }
}

/** Responds with a JSON document. */
export const json =
  (status: number, document: object): Fault =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/vnd.schemaregistry.v1+json' });
    response.end(JSON.stringify(document));
  };
