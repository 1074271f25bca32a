import { ThroughlineError } from '#base';
import { channelText } from 'throughline/transport';
import type { PublishCounts } from '../publish/publish-counts.js';
import type { RedriveOptions, RedriveReport } from '../redrive/redrive-options.js';
import { redrive } from '../redrive/redrive.js';
import type { HandlerState } from './handler-state.js';
import { findRegistration, stateOf, type HandlerRegistration } from './handler-registration.js';
import type { SeekTarget } from 'throughline/transport';
import { ThroughlineControl } from './throughline-control.js';

/** Implements {@link ThroughlineControl} for the handlers that are currently registered. */
export class RuntimeControl extends ThroughlineControl {
  readonly #registrations: () => readonly HandlerRegistration[];

  readonly #published: () => readonly PublishCounts[];

  constructor(
    registrations: () => readonly HandlerRegistration[],
    published: () => readonly PublishCounts[],
  ) {
    super();
    this.#registrations = registrations;
    this.#published = published;
  }

  override handlers(): Promise<readonly HandlerState[]> {
    return Promise.all(this.#registrations().map(stateOf));
  }

  override published(): readonly PublishCounts[] {
    return this.#published();
  }

  override pause(handler: string): void {
    this.#find(handler).handlerRunner.lanes.pause();
  }

  override resume(handler: string): void {
    this.#find(handler).handlerRunner.lanes.resume();
  }

  override setConcurrency(handler: string, concurrency: number): void {
    const { handlerRunner } = this.#find(handler);
    if (!Number.isInteger(concurrency) || concurrency < 1) {
      throw new ThroughlineError(
        'TL_OPTION_INVALID',
        `The concurrency of ${handler} must be an integer of 1 or more, but is ${concurrency}. To stop the handler temporarily, call pause().`,
      );
    }
    handlerRunner.concurrency = concurrency;
  }

  override async seek(handler: string, target: SeekTarget): Promise<readonly string[]> {
    const { definition, source } = this.#find(handler);
    const { channel } = definition;
    if (source.seek !== undefined) return source.seek(channel.name, target);
    throw new ThroughlineError(
      'TL_SEEK_IMPOSSIBLE',
      `${definition.name} reads ${channelText(channel)}, which does not support seeking. Publish the messages again instead.`,
    );
  }

  override async reset(
    group: string,
    target: Exclude<SeekTarget, { readonly partition: number }>,
  ): Promise<readonly string[]> {
    const registrations = this.#registrations();
    const ofGroup = registrations.filter((registration) => registration.group === group);
    const [first] = ofGroup;
    if (first === undefined) {
      const groups = [
        ...new Set(registrations.flatMap((registration) => registration.group ?? [])),
      ].join(', ');
      throw new ThroughlineError(
        'TL_GROUP_UNKNOWN',
        `No handler in this process belongs to the group "${group}". The groups in this process: ${groups || 'none'}.`,
      );
    }
    const channels = new Set(ofGroup.map(({ definition }) => definition.channel.name));
    const moved = await Promise.all(
      [...channels].map(async (channel) => (await first.source.seek?.(channel, target)) ?? []),
    );
    return moved.flat();
  }

  override async redrive(handler: string, options?: RedriveOptions): Promise<RedriveReport> {
    return redrive(this.#find(handler), options);
  }

  #find(handler: string): HandlerRegistration {
    return findRegistration(this.#registrations(), handler);
  }
}
