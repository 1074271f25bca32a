import { Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { setTimeout as pause } from 'node:timers/promises';
import { connectTransports, ThroughlineModule } from 'throughline';
import type { Transport } from 'throughline/transport';

const WITHIN = 20_000;

@Module({})
class TestModule {}

/** How a test starts an application. */
export interface ApplicationOptions {
  readonly name?: string;
  readonly transports: readonly Transport[];
  readonly controllers: readonly Type[];
}

/** Starts an application, as a user's `main.ts` does. A handler has a dead-letter channel only if it sets `deadLetter`. */
export async function startApplication({
  name = 'shop',
  transports,
  controllers,
}: ApplicationOptions): Promise<INestApplicationContext> {
  const app = await NestFactory.create(
    {
      module: TestModule,
      imports: [ThroughlineModule.forRoot({ name, transports, defaults: { deadLetter: false } })],
      controllers: [...controllers],
    },
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's own documented form
    { logger: false, abortOnError: false },
  );
  await connectTransports(app, { signals: [] });
  return app;
}

export async function until(what: string, holds: () => boolean): Promise<void> {
  const late = AbortSignal.timeout(WITHIN);
  while (!holds()) {
    if (late.aborted) throw new Error(`It did not happen: ${what}.`);
    await pause(10);
  }
}
