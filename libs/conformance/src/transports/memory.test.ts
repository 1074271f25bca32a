import { memory } from 'throughline/kafka';
import { describeTransport } from './describe-transport.js';
import { kafkaFeatures, kafkaSubject } from './kafka-subject.fixture.js';

describeTransport(
  'Kafka in memory',
  kafkaSubject(kafkaFeatures({ patience: 1_000 }), () => {
    const broker = memory();
    // One broker for all: an application's end must not end the others' consumers.
    const client = { ...broker, close: () => Promise.resolve() };
    return { client: () => client, close: () => broker.close() };
  }),
);
