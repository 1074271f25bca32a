import { assertOptions, rule, type RulesFor } from '#base';
import { startFauxqs } from 'fauxqs';

/** An SQS server that runs in this process. */
export interface EmbeddedSqs {
  readonly url: string;
  /** The endpoint and the credentials to pass as `sqs({ client })`. The embedded SQS accepts any credentials. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  stop(): Promise<void>;
}

/** Options of {@link startEmbeddedSqs}. */
export interface EmbeddedSqsOptions {
  /** The port on 127.0.0.1. Default: 0, which selects a free port. */
  readonly port?: number;
}

const RULES: RulesFor<EmbeddedSqsOptions> = { port: rule.port };

/**
 * Starts an SQS server in this process, for tests and for trying out Throughline. The server is fauxqs.
 *
 * @throws ThroughlineError `TL_OPTION_INVALID`, `TL_OPTION_UNKNOWN`
 * @example
 * const { client, stop } = await startEmbeddedSqs();
 * ThroughlineModule.forRoot({ name: 'test', transports: [sqs({ client, createMissing: true, waitTime: '1s' })] })
 */
export async function startEmbeddedSqs(options: EmbeddedSqsOptions = {}): Promise<EmbeddedSqs> {
  assertOptions('startEmbeddedSqs()', options, RULES);
  const server = await startFauxqs({ port: options.port ?? 0, host: '127.0.0.1', logger: false });
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
