import { startFauxqs } from 'fauxqs';

/** An SQS in this process. */
export interface EmbeddedSqs {
  readonly url: string;
  /** Options for `sqs({ client })`: the endpoint and the credentials. The embedded SQS accepts any credentials. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  stop(): Promise<void>;
}

/**
 * Starts an SQS in this process (fauxqs), for tests and for trying out Throughline.
 *
 * @param options `port`: the port on 127.0.0.1. Default: 0, a free port.
 * @example
 * const { client, stop } = await startEmbeddedSqs();
 * ThroughlineModule.forRoot({ name: 'test', transports: [sqs({ client, createMissing: true, waitTime: '1s' })] })
 */
export async function startEmbeddedSqs({
  port = 0,
}: { readonly port?: number } = {}): Promise<EmbeddedSqs> {
  const server = await startFauxqs({ port, host: '127.0.0.1', logger: false });
  const url = `http://127.0.0.1:${String(server.port)}`;
  return {
    url,
    client: {
      endpoint: url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
    },
    stop: () => server.stop(),
  };
}
