import { harmless, widthOf } from './display-text.js';
import { exactly } from './duration.js';
import type { Row } from '../model/rows.js';

/** The number of columns of each part of a row. 0 if the row does not have that part. */
export interface Layout {
  readonly width: number;
  readonly name: number;
  readonly who: number;
  readonly bar: number;
  readonly duration: number;
  readonly remark: number;
  readonly whoOf: (row: Row) => string;
  readonly remarkForm: 'long' | 'short';
  /** The services to list above the rows. Empty if there is only one service, or if the rows have space for its name. */
  readonly services: readonly string[];
}

export const INDENT = 4;
export const GAP = 2;
/** The minimum width at which a drawn tree is readable, in columns. */
const NARROWEST = 40;
const WIDEST_BAR = 64;
const NOTE_LIMIT = 30;
export const REMARK_SEPARATOR = ' · ';

/** The largest share of the width for names. With this limit, one long name does not displace all bars. */
const NAME_SHARE = 0.5;

const widest = (texts: readonly string[]): number =>
  texts.reduce((most, text) => Math.max(most, widthOf(text)), 0);

const spaced = (columns: number): number => (columns > 0 ? columns + GAP : 0);

export const FAILED = '✗ ';
export const nameOf = (row: Row): string =>
  `${row.branches}${row.entry.outcome === 'failure' ? FAILED : ''}${row.name}`;

const remarkColumns = (rows: readonly Row[], form: Layout['remarkForm']): number => {
  const whole = rows.map(({ remarks }) =>
    remarks.map((remark) => remark[form]).join(REMARK_SEPARATOR),
  );
  return Math.min(NOTE_LIMIT, widest(whole));
};

const nobody = (): string => '';
const handlerAlone = ({ entry }: Row): string => harmless(entry.handler ?? '');
const serviceAndHandler = ({ entry }: Row): string =>
  entry.kind === 'transaction'
    ? harmless(
        [entry.service, entry.handler].filter((part) => part !== null).join(REMARK_SEPARATOR),
      )
    : '';

/**
 * The possible layouts of a row, widest first. With each step, one more part is left out or shortened, in this order: the
 * service, the handler, the words of the remarks, the names, the column of the remarks.
 */
const variants = [
  { who: 'full', remarkForm: 'long', bar: 16, name: Infinity },
  { who: 'handler', remarkForm: 'long', bar: 16, name: Infinity },
  { who: 'nobody', remarkForm: 'long', bar: 14, name: Infinity },
  { who: 'nobody', remarkForm: 'short', bar: 12, name: Infinity },
  { who: 'nobody', remarkForm: 'short', bar: 12, name: 24 },
] as const;

/** Chooses the columns for these rows in a terminal of this width. */
export function layoutOf(rows: readonly Row[], asked: number): Layout {
  const width = Math.max(NARROWEST, Math.floor(asked));
  const all = [...new Set(rows.map(({ entry }) => entry.service))];
  const several = all.length > 1;
  const naming = {
    full: several ? serviceAndHandler : handlerAlone,
    handler: handlerAlone,
    nobody,
  };
  const longest = Math.min(widest(rows.map(nameOf)), Math.floor(width * NAME_SHARE));
  const duration = widest(rows.map(({ entry }) => exactly(entry.durationMs)));
  const fixed = INDENT + GAP + GAP + duration;

  for (const variant of variants) {
    const whoOf = naming[variant.who];
    const who = widest(rows.map((row) => whoOf(row)));
    const remark = remarkColumns(rows, variant.remarkForm);
    const free = width - fixed - spaced(who) - spaced(remark);
    const name = Math.min(longest, Math.max(variant.name, free - variant.bar));
    const bar = Math.min(WIDEST_BAR, free - name);
    if (bar < variant.bar) continue;
    const services = several && variant.who !== 'full' ? all : [];
    return {
      width,
      name,
      who,
      bar,
      duration,
      remark,
      whoOf,
      remarkForm: variant.remarkForm,
      services,
    };
  }
  const free = width - fixed;
  const name = Math.min(longest, Math.max(8, free - 10));
  const columns = { width, name, who: 0, bar: Math.max(4, free - name), duration, remark: 0 };
  return { ...columns, whoOf: nobody, remarkForm: 'short', services: several ? all : [] };
}

/** Returns the width of the header. It is the width of the rows, but short rows do not make the header narrower. */
export function headerWidth({ width, name, who, bar, duration, remark }: Layout): number {
  const row = INDENT + name + GAP + spaced(who) + bar + GAP + duration + spaced(remark);
  return Math.min(width, Math.max(row, 80));
}
