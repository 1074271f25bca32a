import { none } from 'throughline/tracing';
import type { AnyChannel } from 'throughline/transport';
import type { AnyHandlerOptions } from '../handler/handler-definition.js';
import { handlerOf } from '../handler/handler.fixture.js';
import { ThroughlineHealth } from '../health.js';
import type { MiddlewareFunction } from '../middleware.js';
import type { HandlerRunner } from '../scheduler/handler-runner.js';
import { Settler } from '../scheduler/settler.js';
import { testChannel, testSource } from '../transport.fixture.js';
import {
  buildPipeline,
  type BoundHandler,
  type ChannelHandlers,
  type PipelineContext,
} from './build-pipeline.js';
import type { NestHandler } from './compose.js';
import { ALL_FAST_PATHS } from './fast-paths.js';
import { ProcessingHooks } from './processing-hooks.js';
import { middleware } from './steps/middleware.js';

/** Creates a handler with the given options, as Nest would bind it. */
export const boundHandler = (
  name: string,
  options: AnyHandlerOptions = {},
  handler: NestHandler = () => undefined,
  channel: AnyChannel = testChannel(),
): BoundHandler => ({ definition: handlerOf(channel, options, name), handler });

/** Builds the pipeline of these handlers. `use` is the application's middleware. */
export function testPipeline(
  handlers: ChannelHandlers,
  {
    use = [],
    source = testSource(),
    hooks = new ProcessingHooks(Symbol('test')),
    ...context
  }: Partial<PipelineContext> & { readonly use?: readonly MiddlewareFunction[] } = {},
): HandlerRunner {
  return buildPipeline(handlers, {
    source,
    settler: new Settler(source, hooks),
    tracer: none(),
    health: new ThroughlineHealth(),
    hooks,
    fastPaths: ALL_FAST_PATHS,
    middleware: use.map((one) => middleware('use', one)),
    deadLetterStoreOf: () => undefined,
    idempotencyOf: () => undefined,
    retentionOf: () => Promise.resolve(undefined),
    ...context,
  });
}
