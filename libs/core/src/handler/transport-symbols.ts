import type { ChannelKind } from 'throughline/transport';

/** Always given to Nest: what has no transport of its own matches every transport (listeners-controller.js). */
export const transportOf: Readonly<Record<ChannelKind, symbol>> = {
  queue: Symbol.for('throughline:sqs'),
  topic: Symbol.for('throughline:kafka'),
};
