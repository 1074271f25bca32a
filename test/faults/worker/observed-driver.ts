import type { ConsumerListener, KafkaConsumer, KafkaDriver } from 'throughline/kafka';
import type { Tell } from './reports.js';
import type { SettledJobs } from './settled-jobs.js';

/** A driver that tells the harness of assignments, revocations and commits, and changes nothing. */
export function observedDriver(driver: KafkaDriver, tell: Tell, settled: SettledJobs): KafkaDriver {
  return {
    ...driver,
    consumer: (options, listener) =>
      observedConsumer(
        driver.consumer(options, observedListener(listener, options.topics[0], tell)),
        tell,
        settled,
      ),
  };
}

function observedConsumer(
  consumer: KafkaConsumer,
  tell: Tell,
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
      await consumer.commit(commits);
      void tell({ kind: 'settled', ids: settled.take(commits, at) });
      for (const { partition, offset } of commits)
        void tell({ kind: 'committed', partition, offset });
    },
    stop: () => consumer.stop(),
  };
}

/** Tells of the row's own topic only: what comes back of dead letters has partitions of the same numbers. */
function observedListener(
  listener: ConsumerListener,
  own: string | undefined,
  tell: Tell,
): ConsumerListener {
  return {
    assigned: (partitions) => {
      const positions = listener.assigned(partitions);
      const ofOwn = partitions.filter(({ topic }) => topic === own);
      void tell({ kind: 'assigned', partitions: ofOwn.map(({ partition }) => partition) });
      return positions;
    },
    records: (partition, records) => {
      return listener.records(partition, records);
    },
    revoking: async () => {
      await listener.revoking();
      void tell({ kind: 'revoked' });
    },
    lost: () => {
      listener.lost();
      void tell({ kind: 'lost' });
    },
    down: (error) => {
      listener.down(error);
    },
    up: () => {
      listener.up();
    },
  };
}
