import { Controller, Get, Logger, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { opentelemetry } from '../opentelemetry.js';
import { OpenTelemetryRouteInterceptor } from '../http/opentelemetry-route.interceptor.js';

@Controller('orders')
class OrdersController {
  @Post()
  place(): string {
    return 'placed';
  }

  @Get(':id')
  find(): string {
    return 'found';
  }
}

@Module({ controllers: [OrdersController] })
class AppModule {}

Logger.overrideLogger(false);
const app = await NestFactory.create(AppModule);
app.setGlobalPrefix('api');
app.useGlobalInterceptors(new OpenTelemetryRouteInterceptor());
await app.listen(0, '127.0.0.1');
const url = await app.getUrl();
const answers = [
  await fetch(`${url}/api/orders`, { method: 'POST' }),
  await fetch(`${url}/api/orders/7`),
];
const bodies = await Promise.all(answers.map((answer) => answer.text()));
await app.close();
await opentelemetry().flush(AbortSignal.timeout(10_000));
console.log(JSON.stringify(bodies));
