import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { ThroughlineError } from '#base';
import { ACK, type Outcome } from 'throughline/transport';
import { OutageGate } from './outage-gate.js';

const away: Outcome = {
  kind: 'retry',
  after: 1_000,
  cause: new ThroughlineError('TL_KAFKA_UNAVAILABLE', 'Kafka is away.'),
  counts: false,
};

describe('OutageGate', () => {
  const slots: number[] = [];
  let gate: OutageGate;
  beforeEach(() => {
    jest.useFakeTimers();
    Logger.overrideLogger(false);
    slots.length = 0;
    gate = new OutageGate({ resize: (count) => slots.push(count) }, 10, 'Test.handle');
  });
  afterEach(() => {
    gate.stop();
    jest.useRealTimers();
  });

  it('is open while nothing is away', () => {
    gate.saw(ACK);

    expect(slots).toEqual([]);
  });

  it('closes at the first sign of an outage, and lets one probe through at a time, rarer and rarer', () => {
    gate.saw(away);
    gate.saw(away);
    expect(slots).toEqual([0]);
    jest.advanceTimersByTime(1_000);
    expect(slots).toEqual([0, 1]);
    gate.saw(away);
    expect(slots).toEqual([0, 1, 0]);
    jest.advanceTimersByTime(1_999);
    expect(slots).toEqual([0, 1, 0]);
    jest.advanceTimersByTime(1);

    expect(slots).toEqual([0, 1, 0, 1]);
  });

  it('opens as soon as anything ends otherwise', () => {
    gate.saw(away);
    jest.advanceTimersByTime(1_000);
    gate.saw({ kind: 'retry', after: 0, cause: new Error('its own fault'), counts: true });

    expect(slots).toEqual([0, 1, 10]);
  });
});
