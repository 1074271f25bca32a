/** A field of an Avro record. */
interface Field {
  readonly name: string;
  readonly type: string;
  readonly default?: string;
}

/** Registers schemas of payments over the HTTP protocol of a registry, without its client. */
export class RegisteredSchemas {
  /** @param address where the registry's API begins */
  constructor(private readonly address: string) {}

  /**
   * Registers a version of the schema of a topic's bodies. Later versions must be compatible.
   *
   * @returns the id of the schema
   * @throws Error with the HTTP status, if the registry refuses it
   */
  async register(topic: string, more: readonly Field[] = []): Promise<number> {
    const subject = `${topic}-value`;
    const fields = [{ name: 'id', type: 'string' }, { name: 'cents', type: 'long' }, ...more];
    // Equal schemas have one id, so each topic has its own name.
    const schema = {
      type: 'record',
      name: 'Payment',
      namespace: `of.${topic.replaceAll('-', '_')}`,
      fields,
    };
    const id = await this.#send('POST', `subjects/${subject}/versions`, {
      schema: JSON.stringify(schema),
    });
    await this.#send('PUT', `config/${subject}`, { compatibility: 'BACKWARD' });
    return id;
  }

  async #send(method: string, path: string, document: object): Promise<number> {
    const response = await fetch(`${this.address}/${path}`, {
      method,
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify(document),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return Number(/"id":(\d+)/.exec(text)?.[1]);
  }
}
