import type { Job } from '../worker/job.js';
import type { Report } from '../worker/reports.js';

/** A run of a handler that did its work. */
export interface Effect {
  readonly id: string;
  readonly process: string;
  readonly attempt: number;
  /** Milliseconds of the harness' clock. */
  readonly at: number;
}

/** A report with whose it is and when it came. */
export type Entry = Report & { readonly process: string; readonly at: number };

/** A fault, and the messages that its recovery waits for; with none, the next effect is the recovery. */
interface Fault {
  readonly at: number;
  readonly waiting: Set<string>;
  recoveredAt: number | undefined;
}

/**
 * How long an event is waited for, in milliseconds, where a row does not say: what holds takes a moment, and on a machine with six
 * times more to do than it has cores a minute.
 */
const LONG_ENOUGH = 120_000;

/** The one place that knows every message produced, every effect, and what each fault may cause to run again. */
export class Ledger {
  readonly produced = new Map<string, Job>();
  readonly producedAt = new Map<string, number>();
  readonly entries: Entry[] = [];
  readonly effects = new Map<string, Effect[]>();
  /** By process: what it has begun, and the broker does not know to be done. */
  readonly #unsettled = new Map<string, Set<string>>();
  readonly #counts = new Map<string, number>();
  readonly #faults: Fault[] = [];
  readonly #watchers = new Set<() => void>();
  #allowed = 0;
  #isLookPlanned = false;

  produce(jobs: readonly Job[]): void {
    for (const job of jobs) {
      this.produced.set(job.id, job);
      this.producedAt.set(job.id, performance.now());
    }
  }

  take(process: string, report: Report): void {
    const at = performance.now();
    this.entries.push({ ...report, process, at });
    for (const what of [report.kind, `${report.kind} of ${process}`])
      this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
    if (report.kind === 'began') this.unsettledOf(process).add(report.id);
    if (report.kind === 'settled')
      for (const id of report.ids) this.unsettledOf(process).delete(id);
    if (report.kind === 'revoked' || report.kind === 'lost') this.allowRerunsOf(process);
    if (report.kind === 'ended') this.#effect({ ...report, process, at });
    this.#look();
  }

  /** The broker knows that the message is done, whoever has told it. */
  settled(id: string): void {
    this.entries.push({ kind: 'settled', ids: [id], process: 'broker', at: performance.now() });
    for (const unsettled of this.#unsettled.values()) unsettled.delete(id);
    this.#look();
  }

  unsettledOf(process: string): Set<string> {
    let unsettled = this.#unsettled.get(process);
    if (unsettled === undefined) this.#unsettled.set(process, (unsettled = new Set()));
    return unsettled;
  }

  /** A fault has met this process: what it has begun may be done twice. */
  allowRerunsOf(process: string): void {
    this.#allowed += this.unsettledOf(process).size;
  }

  /** The process is gone, and what it had begun comes again. */
  died(process: string): void {
    this.allowRerunsOf(process);
    this.recoverFrom([...this.unsettledOf(process)].filter((id) => !this.effects.has(id)));
    this.#unsettled.delete(process);
  }

  /** From now on the time to recover runs: until these messages have effects, or, with none, until the next effect. */
  recoverFrom(ids: readonly string[] = []): void {
    this.#faults.push({ at: performance.now(), waiting: new Set(ids), recoveredAt: undefined });
  }

  /** How many messages may have been done twice, all faults together. */
  get allowed(): number {
    return this.#allowed;
  }

  /** The longest that a fault took to be over, in milliseconds. */
  get recoveredMs(): number {
    const times = this.#faults.map(({ at, recoveredAt = performance.now() }) => recoveredAt - at);
    return Math.round(Math.max(0, ...times));
  }

  /** Whether every fault is over. */
  get isRecovered(): boolean {
    return this.#faults.every(({ recoveredAt }) => recoveredAt !== undefined);
  }

  /** All reports of this kind, in their order. */
  of<K extends Report['kind']>(kind: K): readonly Extract<Entry, { kind: K }>[] {
    return this.entries.filter(
      (entry): entry is Extract<Entry, { kind: K }> => entry.kind === kind,
    );
  }

  runsOf(id: string): readonly Extract<Entry, { kind: 'began' }>[] {
    return this.of('began').filter((entry) => entry.id === id);
  }

  /** How many of these have an effect that the broker knows of. */
  settledAmong(jobs: readonly Job[]): number {
    const unsettled = [...this.#unsettled.values()];
    return jobs.filter(
      ({ id }) => this.effects.has(id) && !unsettled.some((ofProcess) => ofProcess.has(id)),
    ).length;
  }

  /** Whether this process has ever told this. */
  has(kind: Report['kind'], process: string): boolean {
    return this.#counts.has(`${kind} of ${process}`);
  }

  count(kind: Report['kind']): number {
    return this.#counts.get(kind) ?? 0;
  }

  /** Whether it came to this within so many milliseconds. */
  until(isSo: () => boolean, patience = LONG_ENOUGH): Promise<boolean> {
    if (isSo()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const end = (answer: boolean): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        resolve(answer);
      };
      const look = (): void => {
        if (isSo()) end(true);
      };
      const timer = setTimeout(end, patience, false);
      this.#watchers.add(look);
    });
  }

  /** Something that a condition may ask about has changed. */
  #look(): void {
    if (this.#isLookPlanned || this.#watchers.size === 0) return;
    this.#isLookPlanned = true;
    setImmediate(() => {
      this.#isLookPlanned = false;
      for (const look of [...this.#watchers]) look();
    });
  }

  #effect(effect: Effect): void {
    const { id, at } = effect;
    const effects = this.effects.get(id);
    if (effects === undefined) this.effects.set(id, [effect]);
    else effects.push(effect);
    for (const fault of this.#faults) {
      if (fault.recoveredAt !== undefined) continue;
      fault.waiting.delete(id);
      if (fault.waiting.size === 0) fault.recoveredAt = at;
    }
  }
}
