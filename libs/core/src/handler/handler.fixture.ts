import type { AnyChannel } from 'throughline/transport';
import type { HandlerDefinition } from './handler-definition.js';
import { resolveHandler } from './resolve-handler.js';

/** Creates a handler with the given options and the built-in values of all other options. */
export const handlerOf = (
  channel: AnyChannel,
  options: object = {},
  name = 'Orders.process',
): HandlerDefinition =>
  resolveHandler({ channel, name, layers: [{ origin: 'decorator', options }] });
