import type { Attributes, Span } from '@opentelemetry/api';
import type { Endpoint, Incoming, Labels, Run } from 'throughline/tracing';
import { attribute, ourName, ours, systemName } from './conventions.js';

/** What is done to a message, in the conventions' words. */
export interface Operation {
  readonly name: string;
  readonly type: 'process' | 'receive' | 'send' | 'settle';
}

type Facts = NonNullable<Endpoint['facts']>;

/** What the conventions want to be known when a sampler decides ("sampling", messaging spans). */
function describePlace(endpoint: Endpoint, { name, type }: Operation, facts?: Facts): Attributes {
  const { system, destination, address, port, region, url } = endpoint;
  const attributes: Attributes = {
    [attribute.system]: systemName(system),
    [attribute.operationName]: name,
    [attribute.operationType]: type,
    [attribute.destination]: destination,
  };
  if (address !== undefined) attributes[attribute.serverAddress] = address;
  if (port !== undefined) attributes[attribute.serverPort] = port;
  if (region !== undefined) attributes[attribute.region] = region;
  if (url !== undefined && system === 'sqs') attributes[attribute.queueUrl] = url;
  if (facts === undefined) return attributes;
  const { partition, group } = facts;
  // The conventions have partitions as text.
  if (partition !== undefined) attributes[attribute.partition] = String(partition);
  if (group !== undefined) attributes[attribute.group] = group;
  return attributes;
}

const wordOfFact = (system: string, name: string): string =>
  name === 'offset' && system === 'kafka' ? attribute.kafkaOffset : wordOf(name);

const isOfPlace = (name: string): boolean => name === 'partition' || name === 'group';

/** What a span says of where its message comes from or goes to. The object is the caller's to add to. */
export function describeEndpoint(endpoint: Endpoint, operation: Operation): Attributes {
  const { system, facts } = endpoint;
  const attributes = describePlace(endpoint, operation, facts);
  for (const name in facts)
    if (!isOfPlace(name)) attributes[wordOfFact(system, name)] = facts[name] ?? '';
  return attributes;
}

/** What the span of a message says from its start. */
export function describeRun(
  message: Incoming,
  { handler, attempt }: Run,
  operation: Operation,
  facts: Facts | undefined,
): Attributes {
  const attributes = describePlace(message, operation, facts);
  attributes[ours.handler] = handler;
  attributes[ours.attempt] = attempt;
  return attributes;
}

/** What is said of a message whose span is recorded: the SDK copies three times what it is told at a span's start. */
export function describeMessage(
  span: Span,
  { system, id, sentAt }: Incoming,
  { content }: Run,
  facts: Facts | undefined,
): void {
  for (const name in facts)
    if (!isOfPlace(name)) span.setAttribute(wordOfFact(system, name), facts[name] ?? '');
  span.setAttribute(attribute.messageId, id);
  // A clock behind the sender's gives 0.
  if (sentAt !== undefined && Number.isFinite(sentAt))
    span.setAttribute(ours.queueTime, Math.max(0, Math.round(Date.now() - sentAt)));
  if (content === undefined || system !== 'kafka') return;
  if (content.key !== null) span.setAttribute(attribute.kafkaKey, content.key);
  if (content.raw === null) span.setAttribute(attribute.kafkaTombstone, true);
}

/** Names of facts and labels by the word for them: as many as there are in the code. */
const words = new Map<string, string>([
  ['message_id', attribute.messageId],
  ['messages', attribute.messageCount],
]);

function wordOf(name: string): string {
  const known = words.get(name);
  if (known !== undefined) return known;
  const word = ourName(name);
  words.set(name, word);
  return word;
}

/** Says our labels of a span: what the conventions have a word for by that word. */
export function setLabels(span: Span, labels: Labels): void {
  for (const name in labels) {
    const label = labels[name];
    if (label !== undefined) span.setAttribute(wordOf(name), label);
  }
}

/** Our labels as attributes. */
export function describeLabels(labels: Labels): Attributes {
  const attributes: Attributes = {};
  for (const name of Object.keys(labels)) attributes[wordOf(name)] = labels[name] ?? '';
  return attributes;
}
