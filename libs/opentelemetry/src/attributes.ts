import type { Attributes } from '@opentelemetry/api';
import type { Endpoint, Incoming, Labels, Run } from 'throughline/tracing';
import { attribute, ourName, ours, systemName } from './conventions.js';

/** What is done to a message, in the conventions' words. */
export interface Operation {
  readonly name: string;
  readonly type: 'process' | 'receive' | 'send' | 'settle';
}

type Fact = string | number;

function setFact(attributes: Attributes, system: string, name: string, value: Fact): void {
  // The conventions have partitions as text.
  if (name === 'partition') attributes[attribute.partition] = String(value);
  else if (name === 'group') attributes[attribute.group] = value;
  else if (name === 'offset' && system === 'kafka') attributes[attribute.kafkaOffset] = value;
  else attributes[ourName(name)] = value;
}

/** What a span says of where its message comes from or goes to. The object is the caller's to add to. */
export function describeEndpoint(endpoint: Endpoint, { name, type }: Operation): Attributes {
  const { system, destination, address, port, region, url, facts } = endpoint;
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
  if (facts !== undefined)
    for (const name of Object.keys(facts)) setFact(attributes, system, name, facts[name] ?? '');
  return attributes;
}

/** What the span of a message says of it and of its run. */
export function describeMessage(message: Incoming, run: Run, operation: Operation): Attributes {
  const { system, id, sentAt } = message;
  const attributes = describeEndpoint(message, operation);
  attributes[attribute.messageId] = id;
  attributes[ours.handler] = run.handler;
  attributes[ours.attempt] = run.attempt;
  // A clock behind the sender's gives 0.
  if (sentAt !== undefined && Number.isFinite(sentAt))
    attributes[ours.queueTime] = Math.max(0, Math.round(Date.now() - sentAt));
  const { content } = run;
  if (content === undefined || system !== 'kafka') return attributes;
  if (content.key !== null) attributes[attribute.kafkaKey] = content.key;
  if (content.raw === null) attributes[attribute.kafkaTombstone] = true;
  return attributes;
}

const WORDS_OF_THE_CONVENTIONS: ReadonlyMap<string, string> = new Map([
  ['message_id', attribute.messageId],
  ['messages', attribute.messageCount],
]);

/** Our labels as attributes: what the conventions have a word for by that word. */
export function describeLabels(labels: Labels): Attributes {
  const attributes: Attributes = {};
  for (const name of Object.keys(labels))
    attributes[WORDS_OF_THE_CONVENTIONS.get(name) ?? ourName(name)] = labels[name] ?? '';
  return attributes;
}
