import type { ICustomPartitioner } from 'kafkajs';

import { partitionOf } from '../../murmur2.js';
import { unavailable } from '../kafka-errors.js';
import { Outgoing } from './outgoing-record.js';

/**
 * Chooses partitions as the Java client does (murmur2). For records without a key, kafkajs chooses. The choice is made only once
 * per record, so that a retried record goes to the same partition and its response can be found. kafkajs calls the partitioner
 * right before each request, so a record that is no longer wanted is stopped here. kafkajs' own hash function is not used, because
 * it allocates a dozen objects for every four bytes of a key.
 */
export const stickyPartitioner =
  (createDefault: ICustomPartitioner): ICustomPartitioner =>
  () => {
    const choose = createDefault();
    return (args) => {
      const { message: record, partitionMetadata } = args;
      if (!(record instanceof Outgoing)) return choose(args);
      if (record.isGivenUp) throw givenUp();
      if (record.chosen !== undefined) return record.chosen;
      if (record.partition !== undefined) return record.choose(record.partition);
      return record.choose(
        record.key === null ? choose(args) : partitionOf(record.key, partitionMetadata.length),
      );
    };
  };

function givenUp(): Error {
  return Object.assign(unavailable('Sending'), { retriable: false });
}
