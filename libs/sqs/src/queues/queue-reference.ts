import type { SQSClient } from '@aws-sdk/client-sqs';
import { ThroughlineError } from '#base';
import { isStandardHost, regionOfHost } from './aws-hosts.js';

/** A queue that SQS has found. `Queues` creates one address per {@link keyOf key}. */
export interface QueueAddress {
  /** The name of the queue in SQS, as spans show it. */
  readonly name: string;
  readonly url: string;
  readonly isFifo: boolean;
  /** The SDK client of the queue's region and endpoint. */
  readonly client: SQSClient;
}

/** The place of a queue: its region, account and endpoint. For absent fields, the SDK's configuration applies. */
export interface Place {
  readonly region?: string;
  /** The origin of the queue's URL. */
  readonly endpoint?: string;
}

/** A configured queue in its parsed form. */
export interface QueueReference {
  /** The configured text: a name, a URL or an ARN. */
  readonly text: string;
  /** The name of the queue in SQS. */
  readonly name: string;
  /** The id of the queue's account. Absent if the configured text names no account. */
  readonly owner?: string;
  /** The URL of the queue. Absent if the configured text is not a URL. */
  readonly url?: string;
  readonly place: Place;
}

const ARN = /^arn:[^:]+:sqs:([^:]+):(\d{12}):([\w-]+(?:\.fifo)?)$/;
const URL_START = /^https?:\/\//;
/** `http://sqs.eu-central-1.localhost.localstack.cloud:4566/…` and `http://localhost:4566/queue/eu-central-1/…`. */
const LOCALSTACK =
  /^https?:\/\/(?:sqs\.([a-z0-9-]+)\.localhost\.localstack\.cloud(?::\d+)?\/|[^/]+\/queue\/([a-z]+-[a-z0-9-]+-\d)\/)/;

/** Parses a queue's URL, ARN or name. Any other text is treated as a name: see {@link referenceError}. */
export function parseReference(text: string): QueueReference {
  const [, region, owner, name] = ARN.exec(text) ?? [];
  if (region !== undefined && owner !== undefined && name !== undefined) {
    return { text, name, owner, place: { region } };
  }
  return (URL_START.test(text) ? parseUrl(text) : undefined) ?? { text, name: text, place: {} };
}

function parseUrl(url: string): QueueReference | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, origin, pathname } = new URL(url);
  const [name = '', owner = ''] = pathname.split('/').filter(Boolean).reverse();
  if (name === '') return undefined;
  return {
    text: url,
    url,
    name,
    ...(/^\d{12}$/.test(owner) && { owner }),
    place: placeOf(url, hostname, origin),
  };
}

function placeOf(url: string, host: string, origin: string): Place {
  const region = regionOfHost(host);
  if (region !== undefined) return isStandardHost(host) ? { region } : { region, endpoint: origin };
  const [, byHost, byPath] = LOCALSTACK.exec(url) ?? [];
  const local = byHost ?? byPath;
  return local === undefined ? { endpoint: origin } : { region: local, endpoint: origin };
}

/** Returns an error for a text that is meant as a URL or an ARN but is not a valid one. */
export function referenceError(channel: string, text: unknown): ThroughlineError | undefined {
  const why = reasonAgainst(text);
  if (why === undefined) return undefined;
  const where =
    text === channel
      ? `"${channel}" is not a queue`
      : `sqs({ queues: { '${channel}': … } }) is not a queue`;
  return new ThroughlineError(
    'TL_OPTION_INVALID',
    `${where}: ${why}. Use the queue's name, its URL, or its ARN (arn:aws:sqs:<region>:<12 digits>:<name>).`,
  );
}

function reasonAgainst(text: unknown): string | undefined {
  if (typeof text !== 'string' || text === '') return 'it is not text';
  if (URL_START.test(text)) {
    return parseUrl(text) === undefined ? `the URL "${text}" contains no queue name` : undefined;
  }
  if (!text.startsWith('arn:') || ARN.test(text)) return undefined;
  const [, , service = '', region = '', owner = ''] = text.split(':');
  if (service !== 'sqs') return `the ARN "${text}" belongs to the service "${service}"`;
  if (region === '') return `the ARN "${text}" has no region`;
  if (!/^\d{12}$/.test(owner)) return `the ARN "${text}" has no account of 12 digits`;
  return `the ARN "${text}" has no valid name of a queue`;
}

/** Returns a reference to another queue in the same region and account. */
export function siblingOf(
  { text, url, owner, place }: QueueReference,
  name: string,
): QueueReference {
  const isName = url === undefined && owner === undefined;
  return {
    text: isName ? name : text.replace(/[^:/]+\/*$/, name),
    name,
    ...(owner !== undefined && { owner }),
    place,
  };
}

/** Whether two addresses belong to the same queue. A name and an ARN of the same queue have different addresses. */
export const isSameQueue = (one: QueueAddress, other: QueueAddress): boolean =>
  one.url === other.url && one.client === other.client;

/** Returns the key of a reference. Texts that name the same queue, account and place have the same key. */
export const keyOf = ({
  name,
  owner = '',
  place: { region = '', endpoint = '' },
}: QueueReference): string => [region, endpoint, owner, name].join(' ');

/** Returns the default name of a queue's dead-letter queue. */
export const deadLetterName = (name: string): string =>
  isFifo(name) ? name.replace(/\.fifo$/, '-dlq.fifo') : `${name}-dlq`;

/**
 * Whether a name is the name of a FIFO queue. SQS requires the suffix `.fifo` for names of FIFO queues and does not allow it for
 * other queues.
 */
export const isFifo = (name: string): boolean => name.endsWith('.fifo');
