/**
 * Matches characters that must not reach a log, a terminal or a header: control characters, line separators, and marks that reverse
 * the text direction.
 */
const UNPRINTABLE =
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g;

const escaped = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Makes text from outside safe for any log, header or terminal: one line of at most `most` characters. Control characters are
 * escaped (a line break becomes `\u000a`), and lone surrogates are replaced.
 *
 * @param most characters before escaping; the number of omitted characters is added at the end
 * @example
 * printable('a\u001b[31mb', 100) // 'a\\u001b[31mb'
 */
export function printable(text: string, most: number): string {
  const kept = text.length > most ? text.slice(0, most) : text;
  const safe = kept.toWellFormed().replace(UNPRINTABLE, escaped);
  return kept === text ? safe : `${safe}… (${text.length - most} more characters)`;
}

/** Makes a text with several lines, such as a stack, safe like {@link printable}. Line breaks are kept. */
export function printableLines(text: string, most: number): string {
  const kept = text.length > most ? text.slice(0, most) : text;
  return kept
    .split(/\r?\n/)
    .map((line) => printable(line, most))
    .join('\n');
}
