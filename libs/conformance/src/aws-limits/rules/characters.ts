/**
 * Whether SQS takes these characters: #x9, #xA, #xD, #x20 to #xD7FF, #xE000 to #xFFFD and #x10000 to #x10FFFF, so neither control
 * characters nor lone surrogates (SQS Developer Guide, "Amazon SQS message quotas", Message content).
 */
export const isSqsText = (text: string): boolean =>
  text.isWellFormed() && !/[\0-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text); // eslint-disable-line no-control-regex -- the function looks for them

/** Letters, digits and ASCII punctuation, 1 to 128: group and deduplication ids (the same page, Message group ID). */
export const isSqsId = (id: string): boolean => /^[!-~]{1,128}$/.test(id);

/** SQS counts a text's bytes in UTF-8. */
export const bytesOf = (text: string): number => Buffer.byteLength(text);
