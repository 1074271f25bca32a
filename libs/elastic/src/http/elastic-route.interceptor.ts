import { assertOptions } from '#base';
import { Guard, HTTP_ONLY, routeOf, type RoutedRequest } from 'throughline/tracing';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Agent } from 'elastic-apm-node';
import { loadAgent } from '../agent/load.js';
import { ELASTIC_RULES, warnThroughNest, type ElasticOptions } from '../settings/options.js';

interface HttpRequest extends RoutedRequest {
  readonly method: string;
}

/**
 * Names the agent's HTTP transactions by their route, such as `GET /orders/:id`, and labels them with their handler. Nest 12 is
 * ESM, which the agent does not patch. Without this interceptor, all transactions on Fastify are named `GET unknown route`
 * (4.18), and on Express the name depends on how much of the route is known when the request ends. If a guard refuses a request,
 * or no route matches it, the transaction keeps the agent's name, because interceptors do not run for such requests.
 *
 * @throws {ThroughlineError} `TL_ELASTIC_AGENT_MISSING`: the package `elastic-apm-node` is not installed.
 * @example
 * app.useGlobalInterceptors(new ElasticRouteInterceptor());
 */
export class ElasticRouteInterceptor implements NestInterceptor {
  static readonly [HTTP_ONLY] = true;
  readonly #agent: Agent;
  readonly #guard: Guard;

  constructor(options: ElasticOptions = {}) {
    assertOptions('ElasticRouteInterceptor', options, ELASTIC_RULES);
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
    const request = context.switchToHttp().getRequest<HttpRequest>();
    const route = routeOf(request);
    if (route !== undefined) transaction.name = `${request.method} ${route}`;
    transaction.setLabel('handler', `${context.getClass().name}.${context.getHandler().name}`);
  }
}
