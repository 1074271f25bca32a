import type { Tracer } from 'throughline/tracing';
import type { Connection, HandlerGroup } from 'throughline/transport';
import type { HandlerRegistration } from '../../control/handler-registration.js';
import type { HandlerDefinition } from '../../handler/handler-definition.js';
import type { ThroughlineHealth } from '../../health.js';
import { idempotencyPartsOf } from '../../idempotency/idempotency-parts.js';
import type { IdempotencyStore } from '../../idempotency/idempotency-store.js';
import {
  buildPipeline,
  type BoundHandler,
  type ChannelHandlers,
} from '../../pipeline/build-pipeline.js';
import { deadLetterStoreOf, type DeadLetterStore } from '../../pipeline/dead-letter-store.js';
import type { FastPaths } from '../../pipeline/fast-paths.js';
import type { ProcessingHooks } from '../../pipeline/processing-hooks.js';
import type { Step } from '../../pipeline/step.js';
import type { IdempotencyParts } from '../../pipeline/steps/idempotency.js';
import { Dispatcher } from '../../scheduler/dispatcher.js';
import { Settler } from '../../scheduler/settler.js';
import { Subscription } from '../../scheduler/subscription.js';
import type { Transports } from '../../transports.js';

/** What the subscriptions of all transports share. */
export interface ApplicationParts {
  /** The application's name. */
  readonly application: string;
  readonly store: IdempotencyStore | undefined;
  readonly tracer: Tracer;
  readonly health: ThroughlineHealth;
  /** All transports of the application. They are needed because another broker may store a handler's dead letters. */
  readonly transports: Transports;
  readonly fastPaths: FastPaths;
}

/** What the subscriptions of one transport share. */
export interface SubscriptionParts extends ApplicationParts {
  readonly connection: Connection;
  readonly hooks: ProcessingHooks;
  /** The pipeline steps of the middleware in `use`. */
  readonly middleware: readonly Step[];
}

/** Builds the subscription of a handler group: its source, a pipeline for each channel, and the dispatcher that connects them. */
export function buildSubscription(
  handlerGroup: HandlerGroup,
  bound: readonly BoundHandler[],
  parts: SubscriptionParts,
): Subscription {
  const { handlers, group } = handlerGroup;
  const { connection, transports, hooks, fastPaths } = parts;
  const source = connection.source(handlerGroup);
  const settler = new Settler(source, hooks);
  const context = {
    ...parts,
    source,
    settler,
    deadLetterStoreOf: (definition: HandlerDefinition) => storeOf(definition, parts),
    idempotencyOf: (definition: HandlerDefinition) => idempotencyOf(definition, group, parts),
    retentionOf: ({ channel }: HandlerDefinition) => connection.retention(channel),
  };
  const built = byChannel(bound.filter(({ definition }) => handlers.includes(definition))).map(
    (ofChannel) => ({ ofChannel, handlerRunner: buildPipeline(ofChannel, context) }),
  );
  const handlerRunners = new Map(
    built.map(({ ofChannel: [{ definition }], handlerRunner }) => [
      definition.channel.name,
      handlerRunner,
    ]),
  );
  const registrations = built.flatMap(({ ofChannel, handlerRunner }) =>
    ofChannel.map(({ definition }): HandlerRegistration => ({
      definition,
      group,
      handlerRunner,
      source,
      connection,
      transports,
    })),
  );
  const sink = new Dispatcher(handlerRunners, settler, fastPaths);
  return new Subscription(source, { sink, settler, handlerRunners }, registrations);
}

/** Groups the handlers by channel, in the order of their declaration. */
const byChannel = (bound: readonly BoundHandler[]): readonly ChannelHandlers[] =>
  [...Map.groupBy(bound, ({ definition }) => definition.channel.name).values()].flatMap(
    ([first, ...others]) => (first === undefined ? [] : [[first, ...others] as const]),
  );

const storeOf = (
  definition: HandlerDefinition,
  { connection, transports }: SubscriptionParts,
): DeadLetterStore | undefined =>
  deadLetterStoreOf(definition, transports, connection.deadLettersOf(definition));

function idempotencyOf(
  definition: HandlerDefinition,
  group: string | undefined,
  { application, store, connection }: SubscriptionParts,
): IdempotencyParts | undefined {
  const retention = (): Promise<number | undefined> => connection.retention(definition.channel);
  return idempotencyPartsOf(definition, { application, group, store, retention });
}
