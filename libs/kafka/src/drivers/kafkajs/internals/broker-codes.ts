import { loadFile } from './load.js';
import { unsupported } from './looked-for.js';

/** The broker's error of that number, in kafkajs's words. */
export function errorOfCode(code: number): Error & { readonly retriable: boolean } {
  const file = loadFile('kafkajs/src/protocol/error') as {
    createErrorFromCode?(code: number): Error & { readonly retriable: boolean };
  };
  if (file.createErrorFromCode === undefined) throw unsupported('protocol/error');
  return file.createErrorFromCode(code);
}
