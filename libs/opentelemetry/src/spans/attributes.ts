import type { Attributes, Span } from '@opentelemetry/api';
import type { Endpoint, Incoming, Labels, Run, SystemFacts } from 'throughline/tracing';
import { attribute, ourName, ours } from './conventions.js';

/** An operation on a message, with its names from the conventions. */
export interface Operation {
  readonly name: string;
  readonly type: 'process' | 'receive' | 'send' | 'settle';
}

type Facts = NonNullable<Endpoint['facts']>;

/** Returns the name that the conventions give a messaging system. */
export const systemName = ({ system, systemFacts }: Endpoint): string =>
  systemFacts?.convention ?? system;

/**
 * Returns the attributes that a span should have at its start, so that a sampler can use them (conventions, "sampling", messaging
 * spans).
 */
function describePlace(endpoint: Endpoint, { name, type }: Operation, facts?: Facts): Attributes {
  const { systemFacts, destination, address, port, region, url } = endpoint;
  const attributes: Attributes = {
    [attribute.system]: systemName(endpoint),
    [attribute.operationName]: name,
    [attribute.operationType]: type,
    [attribute.destination]: destination,
  };
  if (address !== undefined) attributes[attribute.serverAddress] = address;
  if (port !== undefined) attributes[attribute.serverPort] = port;
  if (region !== undefined) attributes[attribute.region] = region;
  const urlAttribute = systemFacts?.attributes?.url;
  if (url !== undefined && urlAttribute !== undefined) attributes[urlAttribute] = url;
  if (facts === undefined) return attributes;
  const { partition, group } = facts;
  // In the conventions, a partition is a string.
  if (partition !== undefined) attributes[attribute.partition] = String(partition);
  if (group !== undefined) attributes[attribute.group] = group;
  return attributes;
}

const factAttribute = (systemFacts: SystemFacts | undefined, name: string): string =>
  systemFacts?.attributes?.[name] ?? attributeFor(name);

const isOfPlace = (name: string): boolean => name === 'partition' || name === 'group';

/** Returns the attributes that describe where a message comes from or goes to. The caller may add to the returned object. */
export function describeEndpoint(endpoint: Endpoint, operation: Operation): Attributes {
  const { systemFacts, facts } = endpoint;
  const attributes = describePlace(endpoint, operation, facts);
  for (const name in facts)
    if (!isOfPlace(name)) attributes[factAttribute(systemFacts, name)] = facts[name] ?? '';
  return attributes;
}

/** Returns the attributes that a message's span has from its start. */
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

/**
 * Adds the attributes of a message to its span if the span is recorded. They are not passed when the span starts, because the SDK
 * would then copy them three times.
 */
export function describeMessage(
  span: Span,
  { systemFacts, id, sentAt }: Incoming,
  { content }: Run,
  facts: Facts | undefined,
): void {
  for (const name in facts)
    if (!isOfPlace(name)) span.setAttribute(factAttribute(systemFacts, name), facts[name] ?? '');
  span.setAttribute(attribute.messageId, id);
  // The age is 0 if the sender's clock is ahead.
  if (sentAt !== undefined && Number.isFinite(sentAt))
    span.setAttribute(ours.messageAge, Math.max(0, Math.round(Date.now() - sentAt)));
  const names = systemFacts?.attributes;
  if (content === undefined || names === undefined) return;
  if (content.key !== null && names.key !== undefined) span.setAttribute(names.key, content.key);
  if (content.raw === null && names.tombstone !== undefined)
    span.setAttribute(names.tombstone, true);
}

/**
 * Caches the names of the attributes for facts and labels. The cache stays small, because the code defines all facts and labels.
 */
const attributeNames = new Map<string, string>([
  ['message_id', attribute.messageId],
  ['messages', attribute.messageCount],
]);

function attributeFor(name: string): string {
  const known = attributeNames.get(name);
  if (known !== undefined) return known;
  const made = ourName(name);
  attributeNames.set(name, made);
  return made;
}

/** Sets Throughline's labels on a span. A label that the conventions define has the conventions' name. */
export function setLabels(span: Span, labels: Labels): void {
  for (const name in labels) {
    const label = labels[name];
    if (label !== undefined) span.setAttribute(attributeFor(name), label);
  }
}

/** Converts Throughline's labels to attributes. */
export function describeLabels(labels: Labels): Attributes {
  const attributes: Attributes = {};
  for (const name of Object.keys(labels)) attributes[attributeFor(name)] = labels[name] ?? '';
  return attributes;
}
