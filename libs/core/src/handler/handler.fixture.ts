import type { AnyChannel } from 'throughline/transport';
import type { HandlerDefinition } from './handler-definition.js';
import { resolveHandler } from './resolve-handler.js';

/** A handler with these options of its own, and the built-in value of every other. */
export const handlerOf = (
  channel: AnyChannel,
  options: object = {},
  name = 'Orders.process',
): HandlerDefinition =>
  resolveHandler({ channel, name, layers: [{ origin: 'decorator', options }] });
