/**
 * What comes after the order service in the article's story: Nest's own Kafka transport reads the order events, with
 * `TracingInterceptor`; its handler emits with `ThroughlineClient`; an `@OrderHandler` behind a guard takes what was emitted.
 */
import { tracer } from './mixed-chain-telemetry.js'; // first, as agents require
import 'reflect-metadata';
import {
  Controller,
  Inject,
  Injectable,
  Module,
  UseGuards,
  type CanActivate,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Ctx,
  EventPattern,
  KafkaContext,
  Payload,
  Transport,
  type KafkaOptions,
} from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import {
  connectTransports,
  defineHandler,
  ThroughlineClient,
  ThroughlineModule,
} from 'throughline';
import { kafka, topic } from 'throughline/kafka';
import { TracingInterceptor } from 'throughline/tracing';
import { z } from 'zod';

const { NAME = '', ORDER_TOPIC = '', KAFKA_BROKERS = '' } = process.env;

const Order = z.object({ order_id: z.string(), status: z.literal('processed') });
const shipments = topic(`${NAME}-shipments`, { schema: Order });
const OrderHandler = defineHandler<z.output<typeof Order>>({ deadLetter: false });

/** Prints the trace that is current when it runs. */
@Injectable()
class PrintsTrace implements CanActivate {
  canActivate(): boolean {
    console.log(`guard sees the trace ${tracer.current()?.traceId ?? 'none'}`);
    return true;
  }
}

@Controller()
class Shipping {
  constructor(@Inject(ThroughlineClient) private readonly client: ThroughlineClient) {}

  @EventPattern(ORDER_TOPIC, Transport.KAFKA)
  async processed(@Payload() payload: unknown, @Ctx() context: unknown): Promise<void> {
    if (!(context instanceof KafkaContext)) throw new TypeError('Not a record of Kafka.');
    const { traceparent } = context.getMessage().headers ?? {};
    console.log(`record ${JSON.stringify(payload)} carries ${String(traceparent)}`);
    await lastValueFrom(this.client.emit(shipments, Order.parse(payload)), {
      defaultValue: undefined,
    });
  }

  @UseGuards(PrintsTrace)
  @OrderHandler(shipments)
  ship({ order_id }: z.output<typeof Order>): void {
    console.log(`${order_id} is shipped`);
  }
}

@Module({
  imports: [
    ThroughlineModule.forRoot({
      name: NAME,
      tracer,
      transports: [kafka({ brokers: [KAFKA_BROKERS], createMissing: true })],
    }),
  ],
  controllers: [Shipping],
})
class AppModule {}

const app = await NestFactory.create(AppModule);
app.useGlobalInterceptors(new TracingInterceptor(tracer));
app.connectMicroservice<KafkaOptions>(
  {
    transport: Transport.KAFKA,
    options: {
      client: { brokers: [KAFKA_BROKERS], clientId: NAME },
      consumer: { groupId: NAME, sessionTimeout: 30_000, maxWaitTimeInMs: 500 },
      subscribe: { fromBeginning: true },
    },
  },
  { inheritAppConfig: true },
);
await connectTransports(app);
await app.startAllMicroservices();
console.log('the downstream services have started');
