import type { ICustomPartitioner } from 'kafkajs';

import { partitionOf } from '../../murmur2.js';
import { unavailable } from '../kafka-errors.js';
import { Outgoing } from './outgoing-record.js';

/**
 * Chooses as Java's client does (murmur2), and each record's partition only once: a record that is tried again goes where it went
 * before, and its answer can be found. It is asked right before each produce, so it is also where a record that was given up is
 * stopped from being written later. kafkajs's own hash makes a dozen objects for each four bytes of a key; where there is no key,
 * kafkajs chooses.
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
