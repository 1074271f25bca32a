import { describe, expect, it } from '@jest/globals';
import {
  Controller,
  Injectable,
  Module,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  type CanActivate,
  type ExceptionFilter,
  type INestApplication,
  type NestInterceptor,
  type PipeTransform,
  type Type,
} from '@nestjs/common';
import {
  ApplicationConfig,
  DiscoveryModule,
  DiscoveryService,
  MetadataScanner,
  NestFactory,
} from '@nestjs/core';
import { Payload } from '@nestjs/microservices';
import { HTTP_ONLY } from 'throughline/tracing';
import { z } from 'zod';
import { queue } from 'throughline/sqs';
import { MessageHandler } from '../../handler/message-handler.decorator.js';
import { directCalls } from './direct-calls.js';
import { OriginalErrorFilter } from '../original-error.filter.js';

const orders = queue('orders', { schema: z.unknown() });
const guard: CanActivate = { canActivate: () => true };
const pipe: PipeTransform = { transform: (value: unknown) => value };
const interceptor: NestInterceptor = { intercept: (_, next) => next.handle() };
const filter: ExceptionFilter = { catch: () => undefined };

@Controller()
class Bare {
  readonly seen: unknown[] = [];

  @MessageHandler(orders)
  handle(payload: unknown): void {
    this.seen.push(payload);
  }
}

@Injectable()
class Reader {
  constructor(
    readonly discovery: DiscoveryService,
    readonly config: ApplicationConfig,
  ) {}
}

async function callsOf(
  controllers: Type[],
  configure: (app: INestApplication) => unknown = () => undefined,
): Promise<{
  readonly app: INestApplication;
  readonly calls: ReturnType<typeof directCalls>;
}> {
  @Module({
    imports: [DiscoveryModule],
    controllers,
    providers: [Reader, OriginalErrorFilter],
  })
  class Root {}
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's own way to give options
  const app = await NestFactory.create(Root, { logger: false });
  configure(app);
  await app.init();
  const { discovery, config } = app.get(Reader);
  return { app, calls: directCalls(discovery, new MetadataScanner(), config) };
}

function guarded(): Type {
  @Controller()
  @UseGuards(guard)
  class Guarded extends Bare {}
  return Guarded;
}

function withOwn(decorate: MethodDecorator): Type {
  @Controller()
  class WithOwn {
    @MessageHandler(orders)
    @decorate
    handle(payload: unknown): unknown {
      return payload;
    }
  }
  return WithOwn;
}

function withPayloadPipe(): Type {
  @Controller()
  class WithPayloadPipe {
    @MessageHandler(orders)
    handle(@Payload(pipe) payload: unknown): unknown {
      return payload;
    }
  }
  return WithPayloadPipe;
}

function perRequest(): Type {
  @Controller({ scope: Scope.REQUEST })
  class PerRequest {
    @MessageHandler(orders)
    handle(payload: unknown): unknown {
      return payload;
    }
  }
  return PerRequest;
}

describe('a direct call', () => {
  it('goes to the method of the controller that Nest has made', async () => {
    const { app, calls } = await callsOf([Bare]);
    const [declared] = calls.keys();

    if (declared !== undefined) calls.get(declared)?.('order', undefined);

    expect(app.get(Bare).seen).toEqual(['order']);
    await app.close();
  });

  it('is made beside an interceptor of the application that is for HTTP only', async () => {
    class ForHttp implements NestInterceptor {
      static readonly [HTTP_ONLY] = true;
      readonly intercept = interceptor.intercept.bind(interceptor);
    }

    const { app, calls } = await callsOf([Bare], (app) => app.useGlobalInterceptors(new ForHttp()));

    expect(calls.size).toBe(1);
    await app.close();
  });

  it.each<[string, () => Type]>([
    ['a guard of its class', guarded],
    ['a guard', () => withOwn(UseGuards(guard))],
    ['an interceptor', () => withOwn(UseInterceptors(interceptor))],
    ['a pipe', () => withOwn(UsePipes(pipe))],
    ['a filter', () => withOwn(UseFilters(filter))],
    ['parameters of its own', withPayloadPipe],
    ['an instance for each request', perRequest],
  ])('is not made where the handler has %s', async (_, controller) => {
    const { app, calls } = await callsOf([controller()]);

    expect(calls.size).toBe(0);
    await app.close();
  });

  it.each<[string, (app: INestApplication) => unknown]>([
    ['a guard', (app) => app.useGlobalGuards(guard)],
    ['an interceptor', (app) => app.useGlobalInterceptors(interceptor)],
    ['a pipe', (app) => app.useGlobalPipes(pipe)],
    ['a filter', (app) => app.useGlobalFilters(filter)],
  ])('is not made where the application has %s', async (_, configure) => {
    const { app, calls } = await callsOf([Bare], configure);

    expect(calls.size).toBe(0);
    await app.close();
  });

  it('is not made where the handler has an enhancer of a kind that nobody knows', async () => {
    const decorate: MethodDecorator = (_, __, descriptor) => {
      Reflect.defineMetadata('__limiters__', [guard], descriptor.value as object);
    };

    const { app, calls } = await callsOf([withOwn(decorate)]);

    expect(calls.size).toBe(0);
    await app.close();
  });

  it('is not made where the application has an enhancer of a kind that nobody knows', async () => {
    const { app } = await callsOf([Bare]);
    class LaterConfig extends ApplicationConfig {
      getGlobalLimiters(): readonly unknown[] {
        return [guard];
      }
    }

    const { discovery } = app.get(Reader);
    const calls = directCalls(discovery, new MetadataScanner(), new LaterConfig());

    expect(calls.size).toBe(0);
    await app.close();
  });
});
