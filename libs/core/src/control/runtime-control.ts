import { isRecord, optionInvalid, rule, ThroughlineError, type OptionRule } from '#base';
import { channelText } from 'throughline/transport';
import type { PublishCounts } from '../publish/publish-counts.js';
import type { RedriveOptions, RedriveReport } from '../redrive/redrive-options.js';
import { redrive } from '../redrive/redrive.js';
import type { HandlerState } from './handler-state.js';
import { findRegistration, stateOf, type HandlerRegistration } from './handler-registration.js';
import type { SeekTarget } from 'throughline/transport';
import { ThroughlineControl } from './throughline-control.js';

const isPlace = (value: unknown): boolean =>
  value === 'earliest' ||
  value === 'latest' ||
  (value instanceof Date && !Number.isNaN(value.getTime()));

const RESET_TARGET: OptionRule = {
  expected: "'earliest', 'latest' or a valid Date",
  accepts: isPlace,
};

const SEEK_TARGET: OptionRule = {
  expected: "'earliest', 'latest', a valid Date or { partition, offset }",
  accepts: (value) =>
    isPlace(value) ||
    (isRecord(value) && typeof value.partition === 'number' && typeof value.offset === 'number'),
};

function checkTarget(where: string, { accepts, expected }: OptionRule, target: unknown): void {
  if (!accepts(target)) throw optionInvalid(where, 'target', expected, target);
}

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
    const { accepts, expected } = rule.integerFrom(1);
    if (!accepts(concurrency)) {
      const valid = `${expected} (call pause() to stop the handler for a while)`;
      throw optionInvalid(`setConcurrency() for ${handler}`, 'concurrency', valid, concurrency);
    }
    handlerRunner.concurrency = concurrency;
  }

  override async seek(handler: string, target: SeekTarget): Promise<readonly string[]> {
    const { definition, source } = this.#find(handler);
    checkTarget('seek()', SEEK_TARGET, target);
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
    checkTarget('reset()', RESET_TARGET, target);
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
