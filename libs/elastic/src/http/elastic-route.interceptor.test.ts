import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { Agent } from 'elastic-apm-node';
import { of } from 'rxjs';
import { ElasticRouteInterceptor } from './elastic-route.interceptor.js';
import { openIntake, type Intake } from '../intake/server.fixture.js';
import { loadAgent } from '../agent/load.js';
import { runScenario } from '../scenarios/run.fixture.js';

describe('the route interceptor, in a Nest application', () => {
  let intake: Intake;
  beforeEach(async () => {
    intake = await openIntake();
  });
  afterEach(() => intake.close());

  it('names HTTP transactions by their route, with the global prefix, and labels them with their handler', async () => {
    const bodies = await runScenario('routes', intake);

    expect(bodies).toEqual(['placed', 'found']);
    const named = intake.lines.flatMap(({ transaction }) =>
      transaction ? [[transaction.name, transaction.context?.tags?.handler]] : [],
    );
    expect(named).toEqual([
      ['POST /api/orders', 'OrdersController.place'],
      ['GET /api/orders/:id', 'OrdersController.find'],
    ]);
  });
});

describe('the route interceptor', () => {
  class Orders {
    find = (): string => 'found';
  }
  const handled = of('found');
  const next: CallHandler = { handle: () => handled };
  /** Nest's own class, so that the interceptor is given what Nest gives. */
  const contextOf = (type: string, request: object): ExecutionContext => {
    const context = new ExecutionContextHost([request], Orders, new Orders().find);
    context.setType(type);
    return context;
  };
  const transaction = (): { type: string; name: string; setLabel: Agent['setLabel'] } => ({
    type: 'request',
    name: 'GET unknown route',
    setLabel: jest.fn<Agent['setLabel']>(),
  });
  const nameAfter = (
    current: ReturnType<typeof transaction>,
    context: ExecutionContext,
  ): string => {
    const agent = new Proxy(loadAgent(), {
      get: (_, name) => (name === 'currentTransaction' ? current : undefined),
    });
    const result = new ElasticRouteInterceptor({ agent }).intercept(context, next);
    expect(result).toBe(handled);
    return current.name;
  };

  it.each([
    ['Express', { method: 'GET', baseUrl: '', route: { path: '/orders/:id' } }, 'GET /orders/:id'],
    [
      'Express below a router',
      { method: 'GET', baseUrl: '/v1', route: { path: '/orders' } },
      'GET /v1/orders',
    ],
    ['Fastify', { method: 'GET', routeOptions: { url: '/orders/:id' } }, 'GET /orders/:id'],
    [
      'a route that is a pattern',
      { method: 'GET', route: { path: /orders/ } },
      'GET unknown route',
    ],
    ['another platform', { method: 'GET' }, 'GET unknown route'],
  ])('finds the route of %s', (_, request, expected) => {
    expect(nameAfter(transaction(), contextOf('http', request))).toBe(expected);
  });

  it('leaves alone what is not HTTP', () => {
    const request = { method: 'GET', route: { path: '/orders' } };

    expect(nameAfter(transaction(), contextOf('rpc', request))).toBe('GET unknown route');
    expect(nameAfter({ ...transaction(), type: 'messaging' }, contextOf('http', request))).toBe(
      'GET unknown route',
    );
  });

  it('affects no request where the agent throws', () => {
    const warn = jest.fn<(message: string) => void>();
    const agent = new Proxy(loadAgent(), {
      get: () => {
        throw new Error('broken agent');
      },
    });
    const interceptor = new ElasticRouteInterceptor({ agent, warn });

    expect(interceptor.intercept(contextOf('http', {}), next)).toBe(handled);
    expect(interceptor.intercept(contextOf('http', {}), next)).toBe(handled);
    expect(warn).toHaveBeenCalledTimes(1);
  });
});
