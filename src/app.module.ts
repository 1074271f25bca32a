import { Module, type DynamicModule } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { ThroughlineModule, type Transport } from 'throughline';
import { elastic, ElasticRouteInterceptor } from 'throughline/elastic';
import { none } from 'throughline/tracing';
import { ApiModule } from './orders/api.module.js';
import { AuditModule } from './orders/audit.module.js';
import { ProcessorModule } from './orders/processor.module.js';
import type { Role, Settings } from './settings.js';

const MODULES: Readonly<Record<Role, new () => unknown>> = {
  api: ApiModule,
  processor: ProcessorModule,
  audit: AuditModule,
};

@Module({})
export class AppModule {
  static of({ roles, tracer }: Settings, transports: readonly Transport[]): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ThroughlineModule.forRoot({
          name: 'order-service',
          tracer: tracer === 'elastic' ? elastic() : none(),
          transports,
        }),
        ...[...roles].map((role) => MODULES[role]),
      ],
      providers:
        tracer === 'elastic'
          ? [{ provide: APP_INTERCEPTOR, useClass: ElasticRouteInterceptor }]
          : [],
    };
  }
}
