import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { BlockedWatch } from 'throughline/transport';
import { ThroughlineError } from '#base';
import { ThroughlineHealth } from 'throughline';
import { GroupStatus } from './group-status.js';

Logger.overrideLogger(false);

const denied = new ThroughlineError('TL_KAFKA_DENIED', 'Not authorized', { errorClass: 'blocked' });
const silent = new ThroughlineError('TL_KAFKA_UNAVAILABLE', 'No answer');

describe('the member of a group', () => {
  let health: ThroughlineHealth;
  let groupStatus: GroupStatus;

  beforeEach(() => {
    jest.useFakeTimers();
    health = new ThroughlineHealth();
    groupStatus = new GroupStatus('audit', new BlockedWatch(health, 'consumer group "audit"'));
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('that is blocked for 30 s is reported to health, even if it joins its group in between', () => {
    groupStatus.down(denied);
    jest.advanceTimersByTime(29_000);
    groupStatus.joined();
    expect(health.isHealthy).toBe(true);

    jest.advanceTimersByTime(1_000);

    expect(health.troubles).toMatchObject([
      { who: 'consumer group "audit"', what: 'Not authorized.' },
    ]);
  });

  it.each([
    ['reads again', (): void => groupStatus.up()],
    ['has left its group', (): void => groupStatus.left()],
  ])('is healthy again once it %s', (_, end) => {
    groupStatus.down(denied);
    jest.advanceTimersByTime(30_000);

    end();

    expect(health.isHealthy).toBe(true);
  });

  it('that waits for an unavailable Kafka is not reported to health', () => {
    groupStatus.down(silent);
    jest.advanceTimersByTime(60_000);

    expect(health.isHealthy).toBe(true);
    expect(groupStatus.outage).toBe(silent);
  });
});
