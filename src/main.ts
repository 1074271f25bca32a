import './apm.js'; // first, as the agent demands: it changes modules as they are loaded
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { connectTransports } from 'throughline';
import { AppModule } from './app.module.js';
import { openBrokers } from './brokers.js';
import { settingsOrExit } from './settings.js';
import { startOpenTelemetry } from './start-opentelemetry.js';

const settings = settingsOrExit(process.env);
if (settings.tracer === 'opentelemetry') await startOpenTelemetry(settings, process.env);
const transports = await openBrokers(settings);
const module = AppModule.of(settings, transports);
try {
  if (settings.servesHttp) {
    const app = await NestFactory.create(module);
    await connectTransports(app);
    await app.listen(settings.port);
  } else {
    await connectTransports(await NestFactory.createApplicationContext(module));
  }
} catch (error) {
  console.error(
    `The order service cannot start: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exit(1);
}
