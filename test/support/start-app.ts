import { Module, type INestApplication, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { connectTransports, ThroughlineModule, type ThroughlineOptions } from 'throughline';
import { LogBook } from './log-book.js';

/** What a test says of its application. */
export interface AppWish extends Pick<ModuleMetadata, 'controllers' | 'providers'> {
  readonly throughline: Omit<ThroughlineOptions, 'name'>;
  readonly book?: LogBook;
  /** Before the transports are connected: global pipes and the like. */
  readonly prepare?: (app: INestApplication) => void;
}

@Module({})
class TestModule {}

/** An application in this process, as a user's `main.ts` makes it; the signals stay the test's own. */
export async function startApp({
  throughline,
  controllers = [],
  providers = [],
  book = new LogBook(),
  prepare = () => undefined,
}: AppWish): Promise<INestApplication> {
  const app = await NestFactory.create(
    {
      module: TestModule,
      imports: [ThroughlineModule.forRoot({ name: 'test-app', ...throughline })],
      controllers,
      providers,
    },
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's own documented form
    { logger: book, abortOnError: false },
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
