import type { SQSClient, SQSClientConfig } from '@aws-sdk/client-sqs';
import { env } from 'node:process';
import { sentenceOf, ThroughlineError } from '#base';
import type { Outgoing } from 'throughline/tracing';
import { regionOfHost, standardHost } from '../queues/aws-hosts.js';
import type { Place } from '../queues/queue-reference.js';
import { sqsClient } from './client.js';

/** The region and the endpoint that the SDK is configured to use. */
interface Home {
  readonly region: string;
  /** The origin of the configured endpoint. `undefined` if the SDK uses the region's own endpoint. */
  readonly endpoint: string | undefined;
}

/**
 * The SDK's clients, one for each region and endpoint. A client signs its requests for one region. By default, the SDK sends a
 * request to the host of the queue's URL, but signs it for the client's region. If the host serves another region, it refuses the
 * request. With `useQueueUrlAsEndpoint: false` or an `endpoint`, the SDK ignores that host (tried with client-sqs 3.1169).
 */
export class Clients {
  /** The client for queues that are configured by name. */
  readonly home: SQSClient;
  readonly #config: SQSClientConfig;
  readonly #waitTime: number;
  readonly #others = new Map<string, SQSClient>();
  #home: Home | undefined;

  /** @param waitTime milliseconds of a long poll */
  constructor(config: SQSClientConfig, waitTime: number) {
    this.#config = config;
    this.#waitTime = waitTime;
    this.home = sqsClient(config, waitTime);
  }

  /**
   * Reads the region and the endpoint from the configuration. Sends no request.
   *
   * @throws ThroughlineError `TL_SQS_REGION_MISSING`
   */
  async locate(): Promise<Home> {
    if (this.#home !== undefined) return this.#home;
    const { config } = this.home;
    try {
      const region = await config.region();
      const given = await config.endpoint?.();
      const endpoint = given === undefined ? endpointOfEnvironment() : originOf(given);
      return (this.#home ??= { region, endpoint });
    } catch (cause) {
      throw new ThroughlineError(
        'TL_SQS_REGION_MISSING',
        `The SQS region or endpoint is missing or invalid: ${sentenceOf(cause)} Set AWS_REGION, or ` +
          'sqs({ client: { region } }). Write an endpoint as a complete URL, such as http://localhost:9324.',
        { cause },
      );
    }
  }

  /** Returns the client for a region and endpoint, and creates it when it is first needed. */
  async at(place: Place): Promise<SQSClient> {
    if (place.region === undefined && place.endpoint === undefined) return this.home;
    const home = await this.locate();
    const { region, endpoint } = resolved(place, home);
    if (region === home.region && endpoint === home.endpoint) return this.home;
    const key = `${region} ${endpoint ?? ''}`;
    let client = this.#others.get(key);
    if (client === undefined) {
      client = sqsClient({ ...this.#config, region, ...endpointOptions(endpoint) }, this.#waitTime);
      this.#others.set(key, client);
    }
    return client;
  }

  /** Returns what spans show about the place of a queue. Returns `undefined` before {@link Clients.locate} has resolved. */
  facts(place: Place): Pick<Outgoing, 'address' | 'port' | 'region'> | undefined {
    if (this.#home === undefined) return undefined;
    const { region, endpoint } = resolved(place, this.#home);
    const { hostname, port, protocol } = new URL(endpoint ?? `https://${standardHost(region)}`);
    return { region, address: hostname, port: Number(port) || (protocol === 'http:' ? 80 : 443) };
  }

  /** Whether a queue that is created at this place belongs to this account. An SQS emulator has only one account. */
  async isOwn(place: Place, account: string): Promise<boolean> {
    const { endpoint } = resolved(place, await this.locate());
    if (endpoint !== undefined && regionOfHost(new URL(endpoint).hostname) === undefined)
      return true;
    const { accountId } = await (await this.at(place)).config.credentials();
    return accountId === account;
  }

  close(): void {
    for (const client of [this.home, ...this.#others.values()]) client.destroy();
  }
}

/**
 * Returns the region and endpoint of a place. The configured endpoint also serves other regions, unless it is an AWS endpoint,
 * which serves only one region.
 */
function resolved(place: Place, home: Home): Home {
  const region = place.region ?? home.region;
  if (place.endpoint !== undefined) return { region, endpoint: place.endpoint };
  if (home.endpoint === undefined) return { region, endpoint: undefined };
  const served = regionOfHost(new URL(home.endpoint).hostname);
  const isOfAnother = region !== home.region && served !== undefined && served !== region;
  return { region, endpoint: isOfAnother ? `https://${standardHost(region)}` : home.endpoint };
}

/**
 * Returns the client options for an endpoint. The SDK does not accept an endpoint together with the options for FIPS or dual stack.
 * The endpoint's host already determines both.
 */
const endpointOptions = (endpoint: string | undefined): SQSClientConfig =>
  endpoint === undefined ? {} : { endpoint, useFipsEndpoint: false, useDualstackEndpoint: false };

/** Returns the endpoint in the environment variables that the SDK reads. A client reads them only with its first request. */
function endpointOfEnvironment(): string | undefined {
  const endpoint = env.AWS_ENDPOINT_URL_SQS ?? env.AWS_ENDPOINT_URL ?? '';
  return endpoint === '' ? undefined : new URL(endpoint).origin;
}

const originOf = ({
  protocol,
  hostname,
  port,
}: {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
}): string => new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`).origin;
