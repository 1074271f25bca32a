import type { LoggerService } from '@nestjs/common';
import { inspect } from 'node:util';

/** Everything that a test run puts out: log lines of every level, and errors with their causes and all their properties. */
export class Output implements LoggerService {
  readonly #texts: string[] = [];

  keep = (...values: readonly unknown[]): void => {
    for (const value of values) {
      this.#texts.push(
        typeof value === 'string' ? value : inspect(value, { depth: 20, showHidden: true }),
        safeJson(value),
      );
    }
  };
  readonly log = this.keep;
  readonly error = this.keep;
  readonly warn = this.keep;
  readonly debug = this.keep;
  readonly verbose = this.keep;
  readonly fatal = this.keep;

  /** How many texts were kept. */
  get size(): number {
    return this.#texts.length;
  }

  /** The texts with this secret, as it is, in base64, or as a list of bytes. */
  with(secret: string): readonly string[] {
    const bytes = Buffer.from(secret);
    const forms = [
      secret,
      bytes.toString('base64').replace(/.{0,2}=*$/, ''),
      bytes.toString('hex'),
      bytes.toString('hex').replaceAll(/(..)(?!$)/g, '$1 '),
      [...bytes].join(','),
    ];
    return this.#texts.filter((text) => forms.some((form) => text.includes(form)));
  }
}

function safeJson(value: unknown): string {
  try {
    return JSON.stringify([value]); // a list, since `undefined` alone has no JSON
  } catch {
    return ''; // a circular value, which `inspect` has shown
  }
}
