import { describe, expect, it } from '@jest/globals';
import type { InboundMessage } from 'throughline/transport';
import { ALL_FAST_PATHS, NO_FAST_PATHS } from '../pipeline/fast-paths.js';
import { anInbound } from '../pipeline/inbound-message.fixture.js';
import { ProcessingHooks } from '../pipeline/processing-hooks.js';
import { currentRun } from '../pipeline/run/current-run.js';
import { testSource } from '../transport.fixture.js';
import { Dispatcher } from './dispatcher.js';
import { HandlerRunner } from './handler-runner.js';
import { Settler } from './settler.js';

/** A handler runner that logs what it is asked for. */
function aRunner(name: string, log: string[]): HandlerRunner {
  const entry =
    (what: string) =>
    (...args: readonly unknown[]): void =>
      void log.push(`${name} ${[what, ...args].join(' ')}`);
  const runner: Partial<HandlerRunner> = {
    take: (inbounds: readonly InboundMessage[]) => {
      entry('take')(...inbounds.map(({ id }) => id), currentRun.getStore() ? 'shared' : 'alone');
    },
    drop: (names: readonly string[]) => {
      entry('drop')(...names);
    },
  };
  const lanes: Partial<HandlerRunner['lanes']> = {
    capacity: (partition: string) => partition.length,
    onCapacity: () => {
      entry('onCapacity')();
    },
    suspendStarts: entry('suspend'),
    resumeStarts: entry('resume'),
    idle: () => {
      entry('idle')();
      return Promise.resolve();
    },
  };
  // Only what the dispatcher calls is there: a real runner would need a whole pipeline.
  return Object.assign(Object.create(HandlerRunner.prototype) as HandlerRunner, runner, { lanes });
}

function aDispatcher(fastPaths = NO_FAST_PATHS): { dispatcher: Dispatcher; log: string[] } {
  const log: string[] = [];
  const settler = new Settler(testSource(), new ProcessingHooks(Symbol('test')));
  const runners = new Map(['orders', 'audit'].map((name) => [name, aRunner(name, log)]));
  return { dispatcher: new Dispatcher(runners, settler, fastPaths), log };
}

describe('The dispatcher', () => {
  it('passes each message to the runner of its channel, in order', () => {
    const { dispatcher, log } = aDispatcher();

    dispatcher.deliver([
      anInbound({ id: '1', channel: 'orders' }),
      anInbound({ id: '2', channel: 'audit' }),
      anInbound({ id: '3', channel: 'orders' }),
    ]);

    expect(log).toEqual(['orders take 1 3 alone', 'audit take 2 alone']);
  });

  it('passes on the messages of a single channel as they came, and none where nothing came', () => {
    const { dispatcher, log } = aDispatcher();

    dispatcher.deliver([anInbound({ id: '1' }), anInbound({ id: '2' })]);
    dispatcher.deliver([]);

    expect(log).toEqual(['orders take 1 2 alone']);
  });

  it('lets runs share a place in the async context, with that fast path', () => {
    const { dispatcher, log } = aDispatcher(ALL_FAST_PATHS);

    dispatcher.deliver([anInbound({ id: '1' })]);

    expect(log).toEqual(['orders take 1 shared']);
  });

  it('has no capacity for a channel without a handler', () => {
    const { dispatcher } = aDispatcher();

    expect(dispatcher.capacity({ channel: 'orders', name: 'orders/0' })).toBe(8);
    expect(dispatcher.capacity({ channel: 'others', name: 'others/0' })).toBe(0);
  });

  it('suspends the starts of all runners before it waits for any', async () => {
    const { dispatcher, log } = aDispatcher();

    await dispatcher.suspendStarts();

    expect(log).toEqual(['orders suspend', 'audit suspend', 'orders idle', 'audit idle']);
  });

  it('resumes, watches and drops in every runner', () => {
    const { dispatcher, log } = aDispatcher();

    dispatcher.resumeStarts();
    dispatcher.onCapacity(() => undefined);
    dispatcher.drop([{ channel: 'orders', name: 'orders/0' }]);

    expect(log).toEqual([
      'orders resume',
      'audit resume',
      'orders onCapacity',
      'audit onCapacity',
      'orders drop orders/0',
      'audit drop orders/0',
    ]);
  });
});
