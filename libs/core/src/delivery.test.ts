import { describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { inspect } from 'node:util';
import { abortDelivery, Delivery, endDelivery, setPayload } from './delivery.js';
import { aDelivery } from './pipeline/delivery.fixture.js';
import { anInbound } from './pipeline/inbound-message.fixture.js';

const reason = new Error('gone');

/** A run of a message, and what aborts when the message is no longer ours. */
function aRun(): { readonly delivery: Delivery; readonly inbound: AbortController } {
  const inbound = new AbortController();
  return { inbound, delivery: new Delivery({ ...anInbound(), signal: inbound.signal }, 1) };
}

describe('Delivery', () => {
  it('aborts with its message, before and after anyone has asked for the signal', () => {
    const { delivery, inbound } = aRun();
    const early = delivery.signal;
    inbound.abort(reason);

    expect([early.aborted, early.reason]).toEqual([true, reason]);
    expect(new Delivery({ ...anInbound(), signal: inbound.signal }, 2).signal.reason).toBe(reason);
  });

  it('aborts by itself, and leaves its message alone', () => {
    const { delivery, inbound } = aRun();

    abortDelivery(delivery, reason);

    expect(delivery.signal.reason).toBe(reason);
    expect(inbound.signal.aborted).toBe(false);
  });

  it('leaves nothing behind with its message once it has ended, whoever still listens', () => {
    const { delivery, inbound } = aRun();
    delivery.signal.addEventListener('abort', () => undefined);
    expect(getEventListeners(inbound.signal, 'abort')).toHaveLength(1);

    endDelivery(delivery);

    expect(getEventListeners(inbound.signal, 'abort')).toHaveLength(0);
  });

  it('of a batch aborts those of its members, and follows no message by itself', () => {
    const members = [aRun(), aRun()];
    const call = new Delivery(
      anInbound(),
      1,
      members.map(({ delivery }) => delivery),
    );
    members[0]?.inbound.abort(new Error('revoked'));
    expect(call.signal.aborted).toBe(false);

    abortDelivery(call, reason);

    expect(members[1]?.delivery.signal.reason).toBe(reason);
  });

  it('shows nobody what the pipeline knows of it', () => {
    const delivery = aDelivery();
    setPayload(delivery, { secret: 'x' });

    expect(JSON.stringify(delivery)).toBe('{"args":[],"attempt":1}');
    expect(inspect(delivery)).not.toContain('secret');
  });
});
