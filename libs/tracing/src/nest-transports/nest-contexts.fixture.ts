import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import {
  KafkaContext,
  MqttContext,
  NatsContext,
  RmqContext,
} from '@nestjs/microservices/ctx-host/index.js';
import { lastValueFrom, of, type Observable } from 'rxjs';
import type { RecordingTracer } from './recording-tracer.fixture.js';
import { TracingInterceptor } from './tracing.interceptor.js';

export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
export const TRACEPARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`;
export const TRACED = { traceparent: TRACEPARENT, tracestate: 'es=s:1' };

class Orders {
  readonly name = 'orders';
}

/** The execution context with which Nest would call a handler of these. */
export function execution(context: unknown, type = 'rpc'): ExecutionContext {
  const host = new ExecutionContextHost([{}, context], Orders, function handle() {
    return undefined;
  });
  host.setType(type);
  return host;
}

/** Creates a context with only the given arguments of those that its transport passes. */
export function contextOf<T>(
  kind: abstract new (args: never) => T,
  ...args: readonly unknown[]
): T {
  const made: unknown = Reflect.construct(kind, [args]);
  if (made instanceof kind) return made;
  throw new Error(`It is no ${kind.name}.`);
}

export const kafka = (headers: Record<string, unknown>): KafkaContext =>
  contextOf(
    KafkaContext,
    { headers, offset: '7', timestamp: '1700000000000', key: null, value: null },
    3,
    'orders',
  );

export const rabbitMq = (headers: Record<string, unknown> | undefined): RmqContext =>
  new RmqContext([
    {
      properties: { headers, messageId: 'm-7' },
      fields: { exchange: 'shop', routingKey: 'orders.new' },
    },
    {},
    'orders',
  ]);

export const nats = (headers: Record<string, string> | undefined): NatsContext =>
  new NatsContext(['orders', headers && { get: (name: string) => headers[name] ?? '' }]);

export const mqtt = (userProperties: Record<string, string | string[]> | undefined): MqttContext =>
  new MqttContext(['orders', { messageId: 7, properties: { userProperties } }]);

export const calls = (handle: () => Observable<unknown>): CallHandler<unknown> => ({ handle });
export const answers = calls(() => of('answer'));

/** Runs a handler with the interceptor around it, as Nest does. */
export const run = (
  tracer: RecordingTracer,
  context: unknown,
  next: CallHandler<unknown> = answers,
): Promise<unknown> =>
  lastValueFrom(new TracingInterceptor(tracer).intercept(execution(context), next), {
    defaultValue: undefined,
  });
