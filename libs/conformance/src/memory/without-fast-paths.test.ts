import { describeTransport } from '../index.js';
import { fifoQueues, standardQueues, topics } from './subjects.fixture.js';

const fastPaths = 'off';

describeTransport('queues in memory, without fast paths', { ...standardQueues, fastPaths });
describeTransport('FIFO queues in memory, without fast paths', { ...fifoQueues, fastPaths });
describeTransport('topics in memory, without fast paths', { ...topics, fastPaths });
