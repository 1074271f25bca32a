import { HTTP_ONLY, Guard } from 'throughline/tracing';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Agent } from 'elastic-apm-node';
import { loadAgent } from '../agent/load.js';
import { warnThroughNest, type ElasticOptions } from '../settings/options.js';

/** A request as Express or Fastify routed it; both name the whole route, with Nest's global prefix and version. */
interface RoutedRequest {
  readonly method: string;
  readonly baseUrl?: string;
  readonly route?: { readonly path?: unknown };
  readonly routeOptions?: { readonly url?: unknown };
}

function templateOf({ baseUrl = '', route, routeOptions }: RoutedRequest): string | undefined {
  if (typeof route?.path === 'string') return baseUrl + route.path;
  return typeof routeOptions?.url === 'string' ? routeOptions.url : undefined;
}

/**
 * Names the agent's HTTP transactions by their route, `GET /orders/:id`, and labels them with their handler. Nest 12 is ESM,
 * which the agent does not patch: on Fastify it names all of them `GET unknown route` (4.18), and on Express it depends on
 * what the request still says of its route at its end. What a guard refuses, or no route takes, keeps the agent's name:
 * interceptors do not run for it.
 *
 * @throws {ElasticTracerError} `TL_ELASTIC_AGENT_MISSING`: the package `elastic-apm-node` is not installed.
 * @example
 * app.useGlobalInterceptors(new ElasticRouteInterceptor());
 */
export class ElasticRouteInterceptor implements NestInterceptor {
  static readonly [HTTP_ONLY] = true;
  readonly #agent: Agent;
  readonly #guard: Guard;

  constructor(options: ElasticOptions = {}) {
    this.#agent = options.agent ?? loadAgent();
    this.#guard = new Guard('The Elastic agent', options.warn ?? warnThroughNest);
  }

  intercept(context: ExecutionContext, next: CallHandler): ReturnType<CallHandler['handle']> {
    if (context.getType() === 'http')
      this.#guard.attempt(() => {
        this.#name(context);
      });
    return next.handle();
  }

  #name(context: ExecutionContext): void {
    const transaction = this.#agent.currentTransaction;
    if (transaction?.type !== 'request') return;
    const request = context.switchToHttp().getRequest<RoutedRequest>();
    const template = templateOf(request);
    if (template !== undefined) transaction.name = `${request.method} ${template}`;
    transaction.setLabel('handler', `${context.getClass().name}.${context.getHandler().name}`);
  }
}
