import { Controller, Get, Logger, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { opentelemetry } from '../opentelemetry.js';
import { OpenTelemetryRouteInterceptor } from '../http/opentelemetry-route.interceptor.js';

/* Decorators are called as functions here: Node runs TypeScript by leaving its types out, and knows no decorators. */

class OrdersController {
  place(): string {
    return 'placed';
  }
  find(): string {
    return 'found';
  }
}
const method = (decorator: MethodDecorator, name: 'place' | 'find'): void => {
  const descriptor = Object.getOwnPropertyDescriptor(OrdersController.prototype, name);
  if (descriptor !== undefined) decorator(OrdersController.prototype, name, descriptor);
};
Controller('orders')(OrdersController);
method(Post(), 'place');
method(Get(':id'), 'find');

// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- decorated two lines below
class AppModule {}
Module({ controllers: [OrdersController] })(AppModule);

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
