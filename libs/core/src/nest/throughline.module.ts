import { Module, type DynamicModule, type ModuleMetadata, type Provider } from '@nestjs/common';
import { ApplicationConfig, DiscoveryModule, DiscoveryService, ModuleRef } from '@nestjs/core';
import { assertOptions, rule, ThroughlineError } from '#base';
import { ThroughlineControl } from '../control/throughline-control.js';
import { ThroughlineHealth } from '../health.js';
import { Publisher } from '../publish/publisher.js';
import { ThroughlineClient } from '../publish/throughline-client.js';
import { OPTIONS, TRACER, type ThroughlineOptions } from './options.js';
import { OriginalErrorFilter } from './original-error.filter.js';
import { Runtime } from './runtime.js';

type Made<T> = T | Promise<T>;
type Token = string | symbol | (abstract new (...args: never[]) => unknown);

/** A provider that creates the options, for `useClass` and `useExisting`. */
export interface ThroughlineOptionsFactory {
  createThroughlineOptions(): Made<ThroughlineOptions>;
}

type FactoryClass = new (...dependencies: never[]) => ThroughlineOptionsFactory;

/**
 * Options of `ThroughlineModule` that depend on other providers, such as the configuration. They are created by a function
 * (`useFactory`), by a class that Nest instantiates for this purpose (`useClass`), or by a provider of an imported module
 * (`useExisting`).
 */
export type ThroughlineAsyncOptions = Pick<ModuleMetadata, 'imports'> &
  (
    | {
        readonly inject?: readonly Token[];
        readonly useFactory: (...dependencies: never[]) => Made<ThroughlineOptions>;
      }
    | { readonly useClass: FactoryClass }
    | { readonly useExisting: FactoryClass }
  );

const ASYNC_RULES = {
  imports: rule.listOf(rule.anything),
  inject: rule.listOf(rule.anything),
  useFactory: rule.fn,
  useClass: rule.fn,
  useExisting: rule.fn,
};

/** @throws ThroughlineError `TL_OPTION_INVALID`, `TL_OPTION_UNKNOWN` */
function checkAsyncOptions(options: ThroughlineAsyncOptions): void {
  const where = 'ThroughlineModule.forRootAsync';
  assertOptions(where, options, ASYNC_RULES);
  const ways = ['useFactory', 'useClass', 'useExisting'] as const;
  const given = ways.filter((way) => way in options && Reflect.get(options, way) !== undefined);
  if (given.length === 1) return;
  throw new ThroughlineError(
    'TL_OPTION_INVALID',
    `${where} needs exactly one of useFactory, useClass and useExisting, but has ${given.join(' and ') || 'none'}.`,
  );
}

/** Returns the providers that create the options of the module. */
function optionsProviders(options: ThroughlineAsyncOptions): Provider[] {
  if ('useFactory' in options) {
    const { inject = [], useFactory } = options;
    return [{ provide: OPTIONS, inject: [...inject], useFactory }];
  }
  const factory = 'useClass' in options ? options.useClass : options.useExisting;
  return [
    ...('useClass' in options ? [options.useClass] : []),
    {
      provide: OPTIONS,
      inject: [factory],
      useFactory: (made: ThroughlineOptionsFactory) => made.createThroughlineOptions(),
    },
  ];
}

/**
 * Throughline's module. It provides the {@link Publisher} and everything that `connectTransports` needs. Import this module once, in
 * the root module. It is global.
 *
 * @example
 * \@Module({
 *   imports: [ThroughlineModule.forRoot({ name: 'order-service', tracer: elastic(), transports: [sqs(), kafka()] })],
 * })
 * export class AppModule {}
 */
@Module({})
export class ThroughlineModule {
  static forRoot(options: ThroughlineOptions): DynamicModule {
    return ThroughlineModule.forRootAsync({ useFactory: () => options });
  }

  /**
   * Configures the module like {@link ThroughlineModule.forRoot}. Other providers create its options.
   *
   * @example
   * ThroughlineModule.forRootAsync({
   *   imports: [ConfigModule],
   *   inject: [ConfigService],
   *   useFactory: (config: ConfigService) => ({ name: 'order-service', transports: [kafka({ brokers: config.get('BROKERS') })] }),
   * })
   */
  static forRootAsync(given: ThroughlineAsyncOptions): DynamicModule {
    checkAsyncOptions(given);
    const { imports = [], ...options } = given;
    return {
      module: ThroughlineModule,
      global: true,
      imports: [DiscoveryModule, ...imports],
      providers: [
        ...optionsProviders(options),
        ThroughlineHealth,
        ThroughlineClient,
        {
          provide: Runtime,
          inject: [OPTIONS, DiscoveryService, ThroughlineHealth, ApplicationConfig, ModuleRef],
          useFactory: (
            options: ThroughlineOptions,
            discovery: DiscoveryService,
            health: ThroughlineHealth,
            config: ApplicationConfig,
            moduleRef: ModuleRef,
          ) => Runtime.open(options, { discovery, health, config, moduleRef }),
        },
        OriginalErrorFilter,
        { provide: TRACER, inject: [Runtime], useFactory: ({ tracer }: Runtime) => tracer },
        {
          provide: Publisher,
          inject: [Runtime],
          useFactory: ({ publisher }: Runtime) => publisher,
        },
        {
          provide: ThroughlineControl,
          inject: [Runtime],
          useFactory: ({ control }: Runtime) => control,
        },
      ],
      exports: [Publisher, ThroughlineControl, ThroughlineClient, TRACER, ThroughlineHealth],
    };
  }
}
