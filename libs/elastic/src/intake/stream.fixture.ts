import { z } from 'zod';
import { intakeLine, type IntakeLine } from './events.fixture.js';

/** The lines that were sent, and the errors in them. */
export class IntakeStream {
  readonly lines: IntakeLine[] = [];
  readonly problems: string[] = [];
  readonly #seen = new Set<string>();

  /** Reads the body of one request. */
  take(body: string): void {
    const lines = body.split('\n').filter((line) => line !== '');
    const events = lines.flatMap((line) => this.#read(line));
    if (events[0]?.metadata === undefined) this.problems.push('a request without metadata');
    this.lines.push(...events);
  }

  #read(line: string): readonly IntakeLine[] {
    const read = intakeLine.safeParse(JSON.parse(line));
    if (!read.success) {
      this.problems.push(`${z.prettifyError(read.error)} in ${line}`);
      return [];
    }
    const { transaction, span, error } = read.data;
    const id = (transaction ?? span ?? error)?.id;
    if (id !== undefined && this.#seen.has(id)) this.problems.push(`${id} was sent twice`);
    if (id !== undefined) this.#seen.add(id);
    return [read.data];
  }
}
