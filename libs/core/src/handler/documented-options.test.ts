import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { topic } from 'throughline/kafka';
import { queue } from 'throughline/sqs';
import { anyJson, RETRY_RULES } from 'throughline/transport';
import {
  BATCH_RULES,
  DEFAULTS_RULES,
  HANDLER_RULES,
  IDEMPOTENCY_RULES,
} from './handler-option-checks.js';
import { BUILT_IN } from './resolve-handler.js';

const PAGE = join(import.meta.dirname, '../../../../docs/delivery.md');

const section = readFileSync(PAGE, 'utf8').split('## Handler options\n')[1] ?? '';

/** The cells of each row: the option, its value, its default, its transport. */
const table = section
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));

const rows = new Map(
  table.map(([, option = '', value, fallback = '', transport]) => [
    option,
    { value, fallback, transport },
  ]),
);

/** The names of an option's fields: `retry.attempts`. */
const fieldsOf = (option: string, rules: object): readonly string[] =>
  Object.keys(rules).map((field) => `${option}.${field}`);

/** The options that consist of others. */
const NESTED = new Map<string, object>([
  ['retry', RETRY_RULES],
  ['idempotent', IDEMPOTENCY_RULES],
  ['batch', BATCH_RULES],
]);

const common = Object.keys(HANDLER_RULES).flatMap((option) => {
  const rules = NESTED.get(option);
  return rules === undefined ? [option] : fieldsOf(option, rules);
});

const systems = [
  ['SQS', queue('orders', { schema: anyJson }).system],
  ['Kafka', topic('orders', { schema: anyJson }).system],
] as const;

describe('docs/delivery.md, the table of handler options', () => {
  it('lists every option, and no other', () => {
    const ofTransports = systems.flatMap(([, { handlerOptions }]) => Object.keys(handlerOptions));

    expect([...rows.keys()].toSorted()).toEqual([...common, ...ofTransports].toSorted());
  });

  it('is preceded by the options that defaults accepts', () => {
    const [, sentence = ''] = /`defaults` accepts ([^.]*)\./.exec(section) ?? [];
    const options = [...sentence.matchAll(/`(\w+)`/g)].map(([, option]) => option);

    expect(options).toEqual(Object.keys(DEFAULTS_RULES));
  });

  it.each(systems)('names %s for its own options', (transport, { handlerOptions }) => {
    for (const option of Object.keys(handlerOptions)) {
      expect([option, rows.get(option)?.transport]).toEqual([option, transport]);
    }
  });

  it('has the value and the transport of each option', () => {
    const incomplete = [...rows].filter(([, { value, fallback, transport }]) =>
      [value, fallback, transport].includes(''),
    );

    expect(incomplete).toEqual([]);
  });

  it('has the built-in values', () => {
    const { retry, ...others } = BUILT_IN;
    const { attempts, crashAttempts } = retry;
    const builtIn = {
      ...others,
      'retry.attempts': attempts,
      'retry.crashAttempts': crashAttempts,
    };
    const documented = Object.keys(builtIn).map((option) => {
      const fallback = rows.get(option)?.fallback.replaceAll(/['_]/g, '');
      return [option, fallback] as const;
    });

    expect(Object.fromEntries(documented)).toEqual(
      Object.fromEntries(Object.entries(builtIn).map(([option, value]) => [option, String(value)])),
    );
  });
});
