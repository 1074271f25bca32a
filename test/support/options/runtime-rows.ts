import { exponential, memoryStore, Reject, RetryLater } from 'throughline';
import { redis } from 'throughline/redis';
import { eachWith, events, orders, withControl, withPublisher } from './applications.js';
import type { Row } from './row.js';
import { NOT } from './wrong-values.js';

const PUBLISH = { key: NOT.key, headers: NOT.object, publishTimeout: NOT.duration };
const PUBLISH_CODES = { key: 'TL_KEY_INVALID', headers: 'TL_HEADER_INVALID' };
const published = { key: 'k', headers: { h: 'v' }, publishTimeout: '5s' };

/** Dates are targets of seek and reset. */
const TARGETS = NOT.choice.filter((value) => !(value instanceof Date));

export const runtimeRows: readonly Row[] = [
  {
    of: 'publish() to a queue',
    types: ['CommonPublishOptions', 'QueuePublishOptions'],
    call: (options) => withPublisher((publisher) => publisher.publish(orders, 1, options)),
    valid: { ...published, delay: '0s', deduplicationId: 'd' },
    wrong: { ...PUBLISH, delay: NOT.duration, deduplicationId: NOT.text },
    codes: PUBLISH_CODES,
  },
  {
    of: 'publishAll() to a topic',
    types: ['CommonPublishOptions', 'TopicPublishOptions'],
    call: (options) => withPublisher((publisher) => publisher.publishAll(events, [1], options)),
    valid: { ...published, partition: 0 },
    wrong: { ...PUBLISH, partition: NOT.position },
    codes: PUBLISH_CODES,
  },
  {
    of: 'control.redrive()',
    types: ['RedriveOptions'],
    call: (options) => withControl((control) => control.redrive('Orders.process', options)),
    valid: {
      filter: () => true,
      rate: 0.5,
      to: 'source',
      dryRun: true,
      onProgress: () => undefined,
      signal: new AbortController().signal,
    },
    wrong: {
      filter: NOT.fn,
      rate: NOT.positive,
      to: NOT.choice,
      dryRun: NOT.flag,
      onProgress: NOT.fn,
      signal: NOT.instance,
    },
  },
  {
    of: 'control.setConcurrency()',
    call: ({ concurrency }: { readonly concurrency: number }) =>
      withControl((control) => {
        control.setConcurrency('Orders.process', concurrency);
      }),
    valid: { concurrency: 1 },
    wrong: { concurrency: NOT.integer },
    takesParameters: true,
  },
  {
    of: 'control.seek()',
    call: ({ target }: { readonly target: never }) =>
      withControl((control) => control.seek('Orders.process', target)),
    valid: { target: 'earliest' },
    wrong: { target: [...TARGETS, new Date(NaN), { partition: 0 }, { offset: 0 }] },
    takesParameters: true,
  },
  {
    of: 'control.reset()',
    call: ({ target }: { readonly target: never }) =>
      withControl((control) => control.reset('test', target)),
    valid: { target: new Date(0) },
    wrong: { target: [...TARGETS, new Date(NaN), { partition: 0, offset: 0 }] },
    takesParameters: true,
  },
  {
    of: 'Batch.each()',
    types: ['EachOptions'],
    call: eachWith,
    valid: { concurrency: 5 },
    wrong: { concurrency: NOT.count },
  },
  {
    of: 'Reject',
    call: (options) => new Reject('broken', options),
    valid: { cause: 'anything' },
    wrong: { cause: [] },
  },
  {
    of: 'RetryLater',
    types: ['RetryLaterOptions'],
    call: (options) => new RetryLater('1s', 'busy', options),
    valid: { counts: false, cause: 'anything' },
    wrong: { counts: NOT.flag, cause: [] },
  },
  {
    of: 'RetryLater and its delay',
    call: ({ after }: { readonly after: '1s' }) => new RetryLater(after),
    valid: { after: '1s' },
    wrong: { after: NOT.duration },
    takesParameters: true,
  },
  {
    of: 'exponential()',
    call: ({ first, max }: { readonly first: '1s'; readonly max: '5m' }) => exponential(first, max),
    valid: { first: '1s', max: '5m' },
    wrong: { first: NOT.duration, max: NOT.duration },
    takesParameters: true,
  },
  {
    of: 'memoryStore()',
    types: ['MemoryStoreOptions'],
    call: (options) => memoryStore(options),
    valid: { max: 10 },
    wrong: { max: NOT.integer },
  },
  {
    of: 'redis()',
    types: ['RedisOptions'],
    call: (options) => redis(options),
    valid: {
      url: 'redis://localhost:6379',
      username: 'user',
      password: 'secret',
      database: 0,
      name: 'shop',
      socket: {},
      prefix: 'orders',
      answerWithin: '1s',
    },
    wrong: {
      url: NOT.text,
      username: NOT.text,
      password: NOT.text,
      credentialsProvider: NOT.object,
      database: NOT.position,
      name: NOT.text,
      socket: NOT.object,
      prefix: NOT.text,
      answerWithin: NOT.duration,
    },
  },
];
