import 'reflect-metadata';
import { describe, expect, it, jest } from '@jest/globals';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ThroughlineError } from 'throughline';
import { optionInterfaces } from '../support/options/option-interfaces.js';
import type { Row } from '../support/options/row.js';
import { rows } from '../support/options/rows.js';
import { NOT } from '../support/options/wrong-values.js';

/** The compiler runs beside other tests. */
jest.setTimeout(120_000);

/** Types of options that no public function takes, or that are made of others here. */
const NOT_PUBLIC = new Map([
  ['AnyHandlerOptions', 'made of CommonOptions, PayloadOptions and ShapeOptions'],
  ['CheckedOptions', 'the compiler’s check of HandlerOptions'],
  ['ClientOptions', 'a part of RedisOptions'],
  ['ConsumerOptions', 'a driver receives them from kafka()'],
  ['HandlerOptions', 'made of CommonOptions, PayloadOptions, ShapeOptions and the transport’s own'],
  ['NonRecordingOptions', 'internal: how a transaction that is not sampled is opened'],
  ['OpeningOptions', 'internal: how a transaction is opened'],
  ['ProducerOptions', 'a driver receives them from kafka()'],
  ['PublishOptions', 'made of CommonPublishOptions and the transport’s own'],
  ['ResolvedOptions', 'the options of a handler, checked and complete'],
  ['SchedulerOptions', 'internal: the limits of a scheduler'],
  ['SharingOptions', 'a transport’s own code passes them'],
  ['SpecOptions', 'a transport receives them from the core'],
  ['TopicsOptions', 'internal: how memory() serves topics'],
]);

const interfaces = optionInterfaces(join(import.meta.dirname, '../..'));

async function errorOf({ call }: Row, options: unknown): Promise<unknown> {
  try {
    await (call as (options: unknown) => unknown)(options);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The options with one of them replaced. */
function replaced(options: object, path: string, value: unknown): object {
  const [first = '', ...rest] = path.split('.');
  if (rest.length === 0) return { ...options, [first]: value };
  const inner: unknown = Reflect.get(options, first);
  const within = typeof inner === 'object' && inner !== null ? inner : {};
  return { ...options, [first]: replaced(within, rest.join('.'), value) };
}

/** Why an error is not the expected one. `undefined` if it is. */
function complaint(error: unknown, code: RegExp, naming: string): string | undefined {
  if (error === undefined) return 'is accepted';
  if (!(error instanceof ThroughlineError)) return `throws ${inspect(error)}`;
  if (!code.test(error.code)) return `has the code ${error.code}: ${error.message}`;
  return error.message.toLowerCase().includes(naming.toLowerCase())
    ? undefined
    : `does not name ${naming}: ${error.message}`;
}

/** What each value of an option fails to do. */
async function complaints(row: Row, path: string, values: readonly unknown[]): Promise<unknown> {
  const own = row.codes?.[path];
  const code = own === undefined ? /^TL_OPTION_(INVALID|UNKNOWN)$/ : new RegExp(`^${own}$`);
  const naming = own === undefined ? path : path.replace(/s$/, '');
  const found: string[] = [];
  for (const value of values) {
    const error = await errorOf(row, replaced(row.valid, path, value));
    const why = complaint(error, code, naming);
    if (why !== undefined) found.push(`${path} = ${inspect(value)} ${why}`);
  }
  return found;
}

/** The objects that have options: the function's own, and nested ones. */
const parentsIn = ({ wrong }: Row): readonly string[] => [
  '',
  ...new Set(
    Object.keys(wrong).flatMap((path) =>
      path.includes('.') ? [path.slice(0, path.lastIndexOf('.') + 1)] : [],
    ),
  ),
];

describe.each(rows.map((row) => [row.of, row] as const))('the options of %s', (_, row) => {
  it('are accepted where they are valid', async () => {
    expect(await errorOf(row, row.valid)).toBeUndefined();
  });

  it.each(Object.entries(row.wrong))('are refused with a wrong %s', async (path, values) => {
    expect(await complaints(row, path, values)).toEqual([]);
  });

  if (row.takesParameters === true) return;

  it.each(parentsIn(row))(
    'are refused with an option that does not exist: %snonsense',
    async (parent) => {
      expect(await complaints(row, `${parent}nonsense`, [0])).toEqual([]);
    },
  );

  it('are refused if they are not an object', async () => {
    const found: string[] = [];
    for (const value of NOT.options) {
      const why = complaint(await errorOf(row, value), /^TL_OPTION_INVALID$/, 'o');
      if (why !== undefined) found.push(`${inspect(value)} ${why}`);
    }

    expect(found).toEqual([]);
  });
});

describe('the table of options', () => {
  it('has a row for every type of options', () => {
    const covered = new Set(rows.flatMap(({ types = [] }) => types));

    const missing = [...interfaces.keys()].filter(
      (name) => !covered.has(name) && !NOT_PUBLIC.has(name),
    );

    expect(missing).toEqual([]);
  });

  it('names only types that exist', () => {
    const named = [...rows.flatMap(({ types = [] }) => types), ...NOT_PUBLIC.keys()];

    expect(named.filter((name) => !interfaces.has(name))).toEqual([]);
  });

  it.each([...interfaces].filter(([name]) => !NOT_PUBLIC.has(name)))(
    'has wrong values for every option of %s',
    (name, options) => {
      const paths = rows
        .filter(({ types = [] }) => types.includes(name))
        .flatMap(({ wrong }) => Object.keys(wrong).map((path) => path.split('.').at(-1) ?? path));

      expect([...options].filter((option) => !paths.includes(option))).toEqual([]);
    },
  );
});
