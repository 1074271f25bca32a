import { describe, expect, it } from '@jest/globals';
import { brokersIn, metadataRequest } from './kafka-answers.js';

const answer = (correlationId: number, brokers: number): Buffer => {
  const bytes = Buffer.alloc(12);
  bytes.writeInt32BE(8, 0);
  bytes.writeInt32BE(correlationId, 4);
  bytes.writeInt32BE(brokers, 8);
  return bytes;
};

describe('the question whether Kafka can serve', () => {
  const request = metadataRequest();
  const correlationId = request.readInt32BE(8);

  it('is a Metadata request of version 1 for no topic, with its length in front', () => {
    expect(request.readInt32BE(0)).toBe(request.length - 4);
    expect([request.readInt16BE(4), request.readInt16BE(6)]).toEqual([3, 1]);
    expect(request.readInt32BE(14)).toBe(0);
  });

  it('is answered by a number of brokers', () => {
    expect(brokersIn(answer(correlationId, 0))).toBe(0);
    expect(brokersIn(answer(correlationId, 3))).toBe(3);
  });

  it('is not answered by another protocol, another request, or a cut answer', () => {
    expect(brokersIn(Buffer.from('HTTP/1.1 400 Bad Request'))).toBeUndefined();
    expect(brokersIn(answer(correlationId + 1, 3))).toBeUndefined();
    expect(brokersIn(answer(correlationId, 3).subarray(0, 10))).toBeUndefined();
  });
});
