import { SQSClient } from '@aws-sdk/client-sqs';
import { startEmbeddedSqs } from 'throughline/testing';
import { describeTransport } from '../describe-transport.js';
import {
  fifoFeatures,
  sqsSubject,
  standardFeatures,
  type LocalSqs,
} from './sqs-subject.fixture.js';

const fauxqs = { maxMessageBytes: 1_048_576, returnsGroupTogether: false };

const start = async (): Promise<LocalSqs> => {
  const server = await startEmbeddedSqs();
  return {
    endpoint: server.url,
    requestHandler: () => new SQSClient({}).config.requestHandler,
    stop: () => server.stop(),
  };
};

describeTransport('SQS on fauxqs', sqsSubject(standardFeatures(fauxqs), start));
describeTransport('SQS FIFO on fauxqs', sqsSubject(fifoFeatures(fauxqs), start));
