import { Module, type DynamicModule } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { ThroughlineModule } from 'throughline';
import { type Transport } from 'throughline/transport';
import { ApiModule } from './orders/api.module.js';
import { AuditModule } from './orders/audit.module.js';
import { ProcessorModule } from './orders/processor.module.js';
import type { Role, Settings } from './settings.js';
import { tracingOf } from './tracing.js';

const MODULES: Readonly<Record<Role, new () => unknown>> = {
  api: ApiModule,
  processor: ProcessorModule,
  audit: AuditModule,
};

@Module({})
export class AppModule {
  static of(settings: Settings, transports: readonly Transport[]): DynamicModule {
    const { tracer, interceptors } = tracingOf(settings);
    return {
      module: AppModule,
      imports: [
        ThroughlineModule.forRoot({ name: 'order-service', tracer, transports }),
        ...[...settings.roles].map((role) => MODULES[role]),
      ],
      providers: interceptors.map((useClass) => ({ provide: APP_INTERCEPTOR, useClass })),
    };
  }
}
