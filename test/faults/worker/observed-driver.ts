import type {
  ConsumerListener,
  KafkaConsumer,
  KafkaDriver,
  TopicPartition,
} from 'throughline/kafka';
import type { SendReport } from './reports.js';
import type { SettledJobs } from './settled-jobs.js';

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/** Wraps a driver, and reports assignments, revocations and commits to the harness. */
export function observedDriver(
  driver: KafkaDriver,
  sendReport: SendReport,
  settled: SettledJobs,
): KafkaDriver {
  return {
    ...driver,
    consumer: (options, listener) => {
      const owned = new Set<string>();
      const observed = observedListener(listener, options.topics[0], owned, sendReport);
      return observedConsumer(driver.consumer(options, observed), owned, sendReport, settled);
    },
  };
}

function observedConsumer(
  consumer: KafkaConsumer,
  owned: ReadonlySet<string>,
  sendReport: SendReport,
  settled: SettledJobs,
): KafkaConsumer {
  return {
    start: () => consumer.start(),
    pause: (partitions) => {
      consumer.pause(partitions);
    },
    resume: (partitions) => {
      consumer.resume(partitions);
    },
    seek: (positions) => {
      consumer.seek(positions);
    },
    commit: async (commits) => {
      const at = performance.now();
      // A member may lose its partitions while the broker answers.
      const ours = new Set(owned);
      await consumer.commit(commits);
      void sendReport({ kind: 'settled', ids: settled.take(commits, at) });
      for (const commit of commits) {
        const { partition, offset } = commit;
        void sendReport({
          kind: 'committed',
          partition,
          offset,
          wasOurs: ours.has(nameOf(commit)),
        });
      }
    },
    stop: () => consumer.stop(),
  };
}

/** Reports the assigned partitions of the first topic only, because others have partitions with the same numbers. */
function observedListener(
  listener: ConsumerListener,
  own: string | undefined,
  owned: Set<string>,
  sendReport: SendReport,
): ConsumerListener {
  return {
    assigned: (partitions) => {
      const ofOwn = partitions.filter(({ topic }) => topic === own);
      owned.clear();
      for (const one of partitions) owned.add(nameOf(one));
      const positions = listener.assigned(partitions);
      void sendReport({ kind: 'assigned', partitions: ofOwn.map(({ partition }) => partition) });
      return positions;
    },
    records: (partition, records) => listener.records(partition, records),
    skipped: (from, to) => {
      listener.skipped(from, to);
    },
    logChanged: (partition, change) => {
      listener.logChanged(partition, change);
    },
    topicFailed: (topic, error) => {
      listener.topicFailed(topic, error);
    },
    topicRecovered: (topic) => {
      listener.topicRecovered(topic);
    },
    revoking: async () => {
      await listener.revoking();
      owned.clear();
      void sendReport({ kind: 'revoked' });
    },
    lost: (how) => {
      owned.clear();
      listener.lost(how);
      void sendReport({ kind: 'lost' });
    },
    down: (error) => {
      listener.down(error);
    },
    up: () => {
      listener.up();
    },
  };
}
