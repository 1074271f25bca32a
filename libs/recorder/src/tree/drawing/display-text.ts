const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Matches the characters that are two columns wide in a terminal: East Asian wide and full-width forms (Unicode TR 11), and emoji.
 */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
const invisible = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const ascii = /^[\x20-\x7e]*$/;

const widthOfGrapheme = (grapheme: string): number => {
  if (invisible.test(grapheme)) return 0;
  return wide.test(grapheme) ? 2 : 1;
};

const widthsOf = (text: string): { readonly grapheme: string; readonly width: number }[] =>
  [...graphemes.segment(text)].map(({ segment }) => ({
    grapheme: segment,
    width: widthOfGrapheme(segment),
  }));

/** Returns the number of columns that a text needs in a terminal. */
export function widthOf(text: string): number {
  if (ascii.test(text)) return text.length;
  return widthsOf(text).reduce((sum, { width }) => sum + width, 0);
}

const CONTROL_PICTURES = 0x2400;

/**
 * Makes a text safe to print in a terminal. Control characters become their pictures (`␊`, `␛`). Malformed characters, invisible
 * ones, and those that change the direction of writing become `�`. The zero-width joiner stays, because emoji use it.
 */
export function harmless(text: string): string {
  if (ascii.test(text)) return text;
  return (
    text
      .toWellFormed()
      // eslint-disable-next-line no-control-regex -- the function looks for them
      .replace(/[\u0000-\u001f]/g, (control) =>
        String.fromCodePoint(CONTROL_PICTURES + control.charCodeAt(0)),
      )
      .replaceAll('\u007f', '␡')
      .replace(/(?!\u200d)[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd')
  );
}

/** Shortens a text to at most this many columns. `…` shows where it was cut. */
export function shorten(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  if (columns < 1) return '';
  let kept = '';
  let room = columns - 1;
  for (const { grapheme, width } of widthsOf(text)) {
    if (width > room) break;
    kept += grapheme;
    room -= width;
  }
  return `${kept.trimEnd()}…`;
}

/** Makes a text exactly this many columns wide: shortens it, or pads it on the right. */
export function fit(text: string, columns: number): string {
  const short = shorten(text, columns);
  return short + ' '.repeat(Math.max(0, columns - widthOf(short)));
}
