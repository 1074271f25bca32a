import { afterEach, describe, expect, it } from '@jest/globals';
import type { Content } from 'throughline/tracing';
import {
  done,
  run,
  sqsMessage,
  TRACEPARENT,
  type Recording,
} from '../recording/recording.fixture.js';
import { onlyTransaction, recordings } from './recordings.fixture.js';

type Message = NonNullable<
  NonNullable<Awaited<ReturnType<typeof onlyTransaction>>['context']>['message']
>;

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const order: Content = { raw: bytesOf('{"id":1}'), headers: {}, key: null };

/** Throws if one of these is read, which would be reported as a warning. */
const guarding = (...names: readonly (keyof Content)[]): Content =>
  new Proxy(order, {
    get: (target, name) => {
      if (names.some((one) => one === name)) throw new Error(`${String(name)} was looked at`);
      const value: unknown = Reflect.get(target, name);
      return value;
    },
  });

describe('the content of a message', () => {
  const recording = recordings(afterEach);

  const shownOf = async (recorded: Recording, content: Content): Promise<Message> => {
    recorded.tracer.process(sqsMessage, { ...run, content }).end(done);
    const { context } = await onlyTransaction(recorded);
    expect(recorded.warnings).toEqual([]);
    return context?.message ?? {};
  };
  const handled = (recorded: Recording, content: Partial<Content>): Promise<Message> =>
    shownOf(recorded, { ...order, ...content });

  it.each(['all', 'transactions'] as const)(
    'row 19: a transaction shows the body with captureBody %s',
    async (captureBody) => {
      expect((await handled(await recording({ captureBody }), {})).body).toBe('{"id":1}');
    },
  );

  it.each(['off', 'errors', undefined] as const)(
    'row 19: not with captureBody %s, and then nobody looks at it',
    async (captureBody) => {
      const recorded = await recording(captureBody === undefined ? {} : { captureBody });

      expect(await shownOf(recorded, guarding('raw'))).toEqual({
        queue: { name: 'my-order-queue' },
      });
    },
  );

  it.each<[string, Uint8Array | null, string | undefined]>([
    ['what is no UTF-8', Uint8Array.of(0xff, 0xfe), undefined],
    ['what is cut inside a character', bytesOf('ü').subarray(0, 1), undefined],
    ['no body at all', null, undefined],
    ['an empty body', new Uint8Array(), ''],
    ['part of a buffer', Buffer.from('[öl]').subarray(1, 4), 'öl'],
  ])('row 19: of %s it shows what is text', async (_, raw, shown) => {
    expect((await handled(await recording({ captureBody: 'all' }), { raw })).body).toBe(shown);
  });

  it.each<[string, string, string]>([
    ['10,000 characters', 'ü'.repeat(10_000), 'ü'.repeat(10_000)],
    ['10,001 characters', 'x'.repeat(10_001), `${'x'.repeat(9_999)}…`],
    ['a megabyte', 'ü'.repeat(500_000), `${'ü'.repeat(9_999)}…`],
    ['pairs', '😂'.repeat(5_001), `${'😂'.repeat(4_999)}…`],
  ])('row 19: of %s it shows 10,000 at most, the last one an ellipsis', async (_, text, shown) => {
    const recorded = await recording({ captureBody: 'all' });

    expect((await handled(recorded, { raw: bytesOf(text) })).body).toBe(shown);
  });

  it('row 20: a transaction shows the headers, those that came several times as a list, bytes as text', async () => {
    const headers = {
      tenant: 'a',
      version: bytesOf('1.0'),
      hop: ['one', bytesOf('two')],
      picture: Uint8Array.of(0xff, 0xfe, 0xfd),
    };

    expect((await handled(await recording(), { headers })).headers).toEqual({
      tenant: 'a',
      version: '1.0',
      hop: ['one', 'two'],
      picture: '[3 bytes]',
    });
  });

  it('row 20: but none that only carry the trace', async () => {
    const headers = {
      traceparent: TRACEPARENT,
      tracestate: 'es=s:1',
      elasticapmtraceparent: Uint8Array.of(0, 0),
      trace_parent: TRACEPARENT,
    };

    expect((await handled(await recording(), { headers })).headers).toBeUndefined();
  });

  it('row 20: not with captureHeaders false, and then nobody looks at them', async () => {
    const recorded = await recording({ captureHeaders: false });

    expect((await shownOf(recorded, guarding('headers'))).headers).toBeUndefined();
  });

  it('row 20: nobody looks at a message whose trace is not sampled', async () => {
    const recorded = await recording({ transactionSampleRate: 0 });
    const content = guarding('raw', 'headers', 'key');

    recorded.tracer.process(sqsMessage, { ...run, content }).end(done);

    expect(recorded.warnings).toEqual([]);
  });

  it('row 21: a header that sanitizeFieldNames names keeps its name and loses its value', async () => {
    const headers = { password: 'a', Authorization: bytesOf('b'), tenant: 'c' };

    expect((await handled(await recording(), { headers })).headers).toEqual({
      password: '[REDACTED]',
      Authorization: '[REDACTED]',
      tenant: 'c',
    });
  });

  it('row 21: the names may have wildcards', async () => {
    const recorded = await recording({ sanitizeFieldNames: ['ten*'] });

    expect(
      (await handled(recorded, { headers: { password: 'a', Tenant: ['b', 'c'] } })).headers,
    ).toEqual({ password: 'a', Tenant: '[REDACTED]' });
  });
});
