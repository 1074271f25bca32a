/** The SGR codes (ECMA-48) that every terminal supports. */
const codes = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
} as const;

export type Ink = keyof typeof codes;

/** Colours a text, or leaves it unchanged. */
export type Paint = (text: string, ...inks: readonly Ink[]) => string;

export const inColor: Paint = (text, ...inks) =>
  text.trim() === '' || inks.length === 0
    ? text
    : `\u001b[${inks.map((ink) => codes[ink]).join(';')}m${text}\u001b[0m`;

export const plain: Paint = (text) => text;
