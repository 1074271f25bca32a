import { Injectable } from '@nestjs/common';
import {
  ACK,
  RetryLater,
  type Delivery,
  type MessageMiddleware,
  type NextStep,
  type Outcome,
} from 'throughline';

/** Where your flags come from. */
@Injectable()
export class Flags {
  readonly #states = new Map<string, 'on' | 'paused' | 'off'>();

  set(channel: string, state: 'on' | 'paused' | 'off'): void {
    this.#states.set(channel, state);
  }

  of(channel: string): Promise<'on' | 'paused' | 'off'> {
    return Promise.resolve(this.#states.get(channel) ?? 'on');
  }
}

/** Handles, delays or drops the messages of a channel. */
@Injectable()
export class FeatureFlagMiddleware implements MessageMiddleware {
  constructor(private readonly flags: Flags) {}

  async use(delivery: Delivery, next: NextStep): Promise<Outcome> {
    const state = await this.flags.of(delivery.channel);
    if (state === 'off') return ACK; // done without its handler
    if (state === 'paused') throw new RetryLater('1s', 'paused by a flag', { counts: false });
    return next();
  }
}
