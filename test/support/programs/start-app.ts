import { Module, type INestApplication, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { connectTransports, ThroughlineModule, type ThroughlineOptions } from 'throughline';
import { LogRecorder } from './log-recorder.js';

/** A test's application. */
export interface AppOptions extends Pick<ModuleMetadata, 'controllers' | 'providers'> {
  readonly throughline: Omit<ThroughlineOptions, 'name'>;
  readonly logger?: LogRecorder;
  /** Called before the transports are connected, to set global pipes and the like. */
  readonly prepare?: (app: INestApplication) => void;
}

@Module({})
class TestModule {}

/** Starts an application in this process, as a user's `main.ts` does, but without signal handlers. Its handlers have dead letters only where they ask for them. */
export async function startApp({
  throughline: { defaults, ...throughline },
  controllers = [],
  providers = [],
  logger = new LogRecorder(),
  prepare = () => undefined,
}: AppOptions): Promise<INestApplication> {
  const app = await NestFactory.create(
    {
      module: TestModule,
      imports: [
        ThroughlineModule.forRoot({
          name: 'test-app',
          ...throughline,
          defaults: { deadLetter: false, ...defaults },
        }),
      ],
      controllers,
      providers,
    },
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's own documented form
    { logger: logger, abortOnError: false },
  );
  prepare(app);
  try {
    await connectTransports(app, { signals: [] });
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}
