import type { ChannelKind } from '../channel.js';

/** Nest's name for the SQS transport: `@EventPattern('my-order-queue', SQS)`. */
export const SQS = Symbol('throughline:sqs');

/** Nest's name for the Kafka transport: `@EventPattern('order_events', KAFKA)`. */
export const KAFKA = Symbol('throughline:kafka');

/** Always given to Nest: what has no transport of its own matches every transport (listeners-controller.js). */
export const transportOf: Readonly<Record<ChannelKind, symbol>> = { queue: SQS, topic: KAFKA };
