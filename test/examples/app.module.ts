import { Module } from '@nestjs/common';
import { ThroughlineModule } from 'throughline';
import { kafka } from 'throughline/kafka';
import { FeatureFlagMiddleware, Flags } from './feature-flag.middleware.js';
import { CurrentTenant, TenantMiddleware } from './tenant.middleware.js';
import { timing } from './timing.js';

const report = (channel: string, milliseconds: number): void =>
  console.log(`${channel}: ${milliseconds.toFixed(1)} ms`);

@Module({
  imports: [
    ThroughlineModule.forRoot({
      name: 'order-service',
      transports: [kafka({ brokers: ['localhost:9092'] })],
      use: [timing(report), TenantMiddleware, FeatureFlagMiddleware],
    }),
  ],
  providers: [CurrentTenant, TenantMiddleware, Flags, FeatureFlagMiddleware],
})
export class AppModule {}
