import type { IncomingMessage } from 'node:http';
import { BadRequest, bodyOf } from '../protocol/body.js';
import type { Ledger } from '../record/ledger.js';
import { linesOf, type Line } from '../protocol/lines.js';
import { DOCUMENT_LIMIT, refusal, type Finding } from '../protocol/problem.js';
import { readEvent, readMetadata, type Event } from '../protocol/read-line.js';

/** The result of a stream: the number of accepted events, and the refused ones. */
export interface StreamResult {
  readonly accepted: number;
  readonly errors: readonly { readonly message: string; readonly document: string }[];
}

/** One request of the intake protocol: metadata first, then events. */
export class Stream {
  #serviceName: string | null = null;
  #accepted = 0;
  readonly #errors: { message: string; document: string }[] = [];

  constructor(
    private readonly ledger: Ledger,
    private readonly number: number,
  ) {}

  async read(request: IncomingMessage): Promise<StreamResult> {
    try {
      this.#checkContentType(request);
      for await (const line of linesOf(bodyOf(request))) {
        if (!this.#readLine(line)) break;
      }
    } catch (thrown) {
      if (!(thrown instanceof BadRequest)) throw thrown;
      this.#note(null, [refusal(thrown.where, thrown.message)]);
    }
    return { accepted: this.#accepted, errors: this.#errors };
  }

  #checkContentType({ headers }: IncomingMessage): void {
    const type = headers['content-type'];
    if (type === undefined || type.includes('application/x-ndjson')) return;
    throw new BadRequest('content-type', `'${type}' is not application/x-ndjson`);
  }

  /** @returns whether reading continues. It does not if the metadata is missing: the server then reads no events. */
  #readLine(line: Line): boolean {
    // Older agents sent empty lines, which the server still accepts (apm-data, processor.go).
    if (line.bytes === 0 && this.#serviceName !== null) return true;
    return this.#serviceName === null ? this.#open(line) : this.#readEvent(line, this.#serviceName);
  }

  #open(line: Line): boolean {
    const { held, findings } = readMetadata(line);
    this.#note(line, findings);
    if (held === undefined) return false;
    this.#serviceName = held.service.name;
    this.ledger.addMetadata({ ...held, ...this.#received(line, held.service.name) });
    return true;
  }

  #readEvent(line: Line, serviceName: string): boolean {
    const { held, findings } = readEvent(line, Date.now());
    this.#note(line, findings);
    if (held !== undefined) {
      const received = this.#received(line, ownServiceName(held) ?? serviceName);
      this.#note(line, this.ledger.add(held, received));
      this.#accepted += 1;
    }
    return true;
  }

  #received(line: Line, serviceName: string) {
    return { serviceName, stream: this.number, line: line.number, receivedAt: Date.now() };
  }

  #note(line: Line | null, findings: readonly Finding[]): void {
    const document = line?.text.slice(0, DOCUMENT_LIMIT) ?? '';
    for (const finding of findings) {
      const place = { stream: this.number, line: line?.number ?? null };
      this.ledger.addProblem({ ...place, serviceName: this.#serviceName, ...finding, document });
      if (!finding.refused) continue;
      this.#errors.push({ message: `${finding.where}: ${finding.what}`, document });
    }
  }
}

function ownServiceName({ kind, value }: Event): string | undefined {
  const name = kind === 'metricset' ? value.service?.name : value.context?.service?.name;
  return name ?? undefined;
}
