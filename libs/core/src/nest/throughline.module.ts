import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { ApplicationConfig, DiscoveryModule, DiscoveryService, ModuleRef } from '@nestjs/core';
import { ThroughlineControl } from '../control/throughline-control.js';
import { ThroughlineHealth } from '../health.js';
import { Publisher } from '../publish/publisher.js';
import { ThroughlineClient } from '../publish/throughline-client.js';
import { OPTIONS, TRACER, type ThroughlineOptions } from './options.js';
import { OriginalErrorFilter } from './original-error.filter.js';
import { Runtime } from './runtime.js';

/** Options that need other providers first: the configuration, say. */
export interface ThroughlineAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  readonly inject?: readonly (string | symbol | (abstract new (...args: never[]) => unknown))[];
  readonly useFactory: (
    ...dependencies: never[]
  ) => ThroughlineOptions | Promise<ThroughlineOptions>;
}

/**
 * Brings the {@link Publisher}, and what `connectTransports` needs. Imported once, by the root module; it is global.
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

  static forRootAsync({
    imports = [],
    inject = [],
    useFactory,
  }: ThroughlineAsyncOptions): DynamicModule {
    return {
      module: ThroughlineModule,
      global: true,
      imports: [DiscoveryModule, ...imports],
      providers: [
        { provide: OPTIONS, inject: [...inject], useFactory },
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
