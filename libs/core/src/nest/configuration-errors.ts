import type { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { ChannelKind } from 'throughline/transport';
import { ThroughlineError } from '#base';
import type { HandlerDefinition } from '../handler/handler-definition.js';
import type { IdempotencyStore } from '../idempotency/idempotency-store.js';
import { storeOf } from '../idempotency/idempotency-parts.js';
import { DEFINITION } from '../handler/message-handler.decorator.js';
import { deadLetterMistakes } from './dead-letter-checks.js';
import { numberMistakes } from './number-checks.js';

type Wrappers = ReturnType<DiscoveryService['getControllers']>;

/** What handlers are built on. */
export interface Foundations {
  /** The kinds of channel that some transport carries. */
  readonly carried: ReadonlySet<ChannelKind>;
  readonly store: IdempotencyStore | undefined;
}

/** What is wrong with the declared handlers that no broker has to be asked for. */
export function mistakesOf(
  discovery: DiscoveryService,
  scanner: MetadataScanner,
  { carried, store }: Foundations,
): readonly ThroughlineError[] {
  const inControllers = declared(discovery.getControllers(), scanner);
  const inProviders = declared(discovery.getProviders(), scanner);
  return [
    ...inControllers.filter(({ channel }) => !carried.has(channel.kind)).map(nothingCarries),
    ...inControllers
      .filter((handler) => handler.options.idempotent && storeOf(handler, store) === undefined)
      .map(remembersNowhere),
    ...inControllers.flatMap(numberMistakes),
    ...inControllers.flatMap(deadLetterMistakes),
    ...inProviders.map(notInAController),
  ];
}

function declared(wrappers: Wrappers, scanner: MetadataScanner): readonly HandlerDefinition[] {
  return wrappers.flatMap(({ metatype }) => {
    const prototype: unknown = metatype?.prototype;
    if (typeof prototype !== 'object' || prototype === null) return [];
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const method: unknown = Reflect.get(prototype, name);
      if (typeof method !== 'function') return [];
      const definition = Reflect.getMetadata(DEFINITION, method) as HandlerDefinition | undefined;
      return definition === undefined ? [] : [definition];
    });
  });
}

const nothingCarries = ({ name, channel }: HandlerDefinition): ThroughlineError =>
  new ThroughlineError(
    'TL_TRANSPORT_MISSING',
    `${name} handles the ${channel.kind} "${channel.name}", and nothing carries it: add ` +
      `${channel.kind === 'queue' ? 'sqs()' : 'kafka()'} to the transports of ThroughlineModule.forRoot.`,
  );

const remembersNowhere = ({ name }: HandlerDefinition): ThroughlineError =>
  new ThroughlineError(
    'TL_STORE_MISSING',
    `${name} is idempotent, and there is nowhere to remember what was done: give ThroughlineModule.forRoot a store, ` +
      `redis({ url }) say, or the handler one of its own.`,
  );

const notInAController = ({ name }: HandlerDefinition): ThroughlineError =>
  new ThroughlineError(
    'TL_HANDLER_OUTSIDE_CONTROLLER',
    `${name} is not in a controller, so Nest would never call it: put @Controller() on its class, and the class among ` +
      `the controllers of its module.`,
  );
