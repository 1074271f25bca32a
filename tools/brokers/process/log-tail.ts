import { readFileSync } from 'node:fs';

const shown = 15;

/** The last lines of a text that are not empty, for an error. */
export function lastLines(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-shown).join('\n');
}

/** The last lines of a log file; empty if there is none. */
export function tailOf(logFile: string): string {
  try {
    return lastLines(readFileSync(logFile, 'utf8'));
  } catch {
    return '';
  }
}
