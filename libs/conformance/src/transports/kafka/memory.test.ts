import { memory } from 'throughline/kafka';
import { describeTransport } from '../describe-transport.js';
import { kafkaFeatures, kafkaSubject } from './kafka-subject.fixture.js';

describeTransport(
  'Kafka in memory',
  kafkaSubject(kafkaFeatures({ redeliveredAfter: 6_000 }), () => {
    const broker = memory();
    // All applications share one broker, so closing one application must not stop the consumers of the others.
    const client = { ...broker, close: () => Promise.resolve() };
    return { client: () => client, close: () => broker.close() };
  }),
);
