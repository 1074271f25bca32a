import { describeTransport } from '../index.js';
import { fifoQueues, standardQueues, topics } from './subjects.fixture.js';

describeTransport('queues in memory', standardQueues);
describeTransport('FIFO queues in memory', fifoQueues);
describeTransport('topics in memory', topics);
