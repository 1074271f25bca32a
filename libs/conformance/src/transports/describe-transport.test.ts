import { describe, expect, it } from '@jest/globals';
import { memory } from 'throughline/kafka';
import type { TestFramework } from '../framework.js';
import { describeTransport } from './describe-transport.js';
import { kafkaFeatures, kafkaSubject } from './kafka/kafka-subject.fixture.js';

/** The tests and the hook that the suite registers, and how many channels its cases have opened. */
function registered({ onOpen = () => undefined }: { readonly onOpen?: () => void } = {}) {
  const tests = new Map<string, () => Promise<void>>();
  let close = (): Promise<void> => Promise.resolve();
  let channels = 0;
  const framework: TestFramework = {
    describe: (_, body) => {
      body();
    },
    it: (name, body) => void tests.set(name, body),
    beforeAll: () => undefined,
    afterAll: (body) => void (close = body),
  };
  const subject = kafkaSubject(kafkaFeatures({ redeliveredAfter: 1_000 }), () => {
    const broker = memory();
    const client = { ...broker, close: () => Promise.resolve() };
    return { client: () => client, close: () => broker.close() };
  });
  const open = async () => {
    const opened = await subject.open();
    onOpen();
    const channel: typeof opened.channel = (options) => {
      channels += 1;
      return opened.channel(options);
    };
    return { ...opened, channel };
  };
  describeTransport('under test', { ...subject, open }, framework);
  return {
    run: async (name: string) => tests.get(name)?.(),
    close: () => close(),
    channels: () => channels,
  };
}

describe('the conformance suite for transports, with a filter', () => {
  it.each(['brings every message once', 'asks its broker for nothing that it would refuse'])(
    'starts one case where only one is selected: %s',
    async (title) => {
      const { run, close, channels } = registered();

      await run(title);
      await close();

      expect(channels()).toBe(1);
    },
  );

  it('starts nothing where nothing is selected', async () => {
    const { close, channels } = registered();

    await close();

    expect(channels()).toBe(0);
  });
});

describe('the conformance suite for transports, at its end', () => {
  const LAST = 'leaves nothing that keeps the process alive';

  it('passes a transport whose timers have ended', async () => {
    const { run } = registered();

    await expect(run(LAST)).resolves.toBeUndefined();
  });

  it('fails a transport that leaves a timer', async () => {
    let timer: NodeJS.Timeout | undefined;
    const { run } = registered({ onOpen: () => (timer = setInterval(() => undefined, 60_000)) });

    await expect(run(LAST)).rejects.toThrow('Timeout');

    clearInterval(timer);
  });
});
