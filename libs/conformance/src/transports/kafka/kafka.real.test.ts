import { kafkaJs, platformatic } from 'throughline/kafka';
import { describeTransport } from '../describe-transport.js';
import { kafkaFeatures, kafkaSubject } from './kafka-subject.fixture.js';

/** Twice the shortest session that a broker grants by default (group.min.session.timeout.ms), for a busy machine. */
const SESSION = 12_000;

for (const [name, driverOf] of Object.entries({ kafkajs: kafkaJs, platformatic })) {
  describeTransport(
    `Apache Kafka, through ${name}`,
    kafkaSubject(kafkaFeatures({ redeliveredAfter: SESSION }), () => {
      const bootstrap = process.env.TEST_KAFKA;
      if (bootstrap === undefined || bootstrap === '') {
        throw new Error(
          'TEST_KAFKA is not set. Give it the address of a Kafka broker as host:port.',
        );
      }
      const options = { brokers: bootstrap.split(','), clientId: 'conformance' };
      const client = () => driverOf(options);
      // The suite's own records may take as long as a busy broker needs.
      const outside = () => driverOf({ ...options, sendTimeout: 60_000 });
      return { client, outside, close: () => Promise.resolve() };
    }),
  );
}
