import type { Job } from '../../worker/job.js';
import type { Report } from '../../worker/reports.js';

/** A successful run of a handler. */
export interface Effect {
  readonly id: string;
  readonly process: string;
  readonly attempt: number;
  /** Milliseconds of the harness' clock. */
  readonly at: number;
}

/** A report with its process and time. */
export type Entry = Report & { readonly process: string; readonly at: number };

/** A fault, and the messages whose effects end it. With none, the next effect ends it. */
interface Fault {
  readonly at: number;
  readonly waiting: Set<string>;
  recoveredAt: number | undefined;
}

/**
 * The default time limit for an event, in milliseconds. Normally an event takes a moment; on a machine with six times more work
 * than cores it takes a minute.
 */
const DEFAULT_TIMEOUT_MS = 120_000;

/** Records every produced message, every effect, and which messages each fault may cause to run again. */
export class Ledger {
  readonly produced = new Map<string, Job>();
  readonly producedAt = new Map<string, number>();
  readonly entries: Entry[] = [];
  readonly effects = new Map<string, Effect[]>();
  /** By process: the messages that it has begun and that the broker does not know to be done. */
  readonly #unsettled = new Map<string, Set<string>>();
  readonly #counts = new Map<string, number>();
  readonly #faults: Fault[] = [];
  readonly #watchers = new Set<() => void>();
  #allowed = 0;
  #isCheckPlanned = false;

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
    this.#check();
  }

  /** Records that the broker knows the message to be done, whichever process reported it. */
  settled(id: string): void {
    this.entries.push({ kind: 'settled', ids: [id], process: 'broker', at: performance.now() });
    for (const unsettled of this.#unsettled.values()) unsettled.delete(id);
    this.#check();
  }

  unsettledOf(process: string): Set<string> {
    let unsettled = this.#unsettled.get(process);
    if (unsettled === undefined) this.#unsettled.set(process, (unsettled = new Set()));
    return unsettled;
  }

  /** Records a fault of this process: the messages that it has begun may be done twice. */
  allowRerunsOf(process: string): void {
    this.#allowed += this.unsettledOf(process).size;
  }

  /** Records the end of a process: the messages that it had begun are redelivered. */
  died(process: string): void {
    this.allowRerunsOf(process);
    this.recoverFrom([...this.unsettledOf(process)].filter((id) => !this.effects.has(id)));
    this.#unsettled.delete(process);
  }

  /** Starts to measure the recovery, which ends when these messages have effects or, with none, at the next effect. */
  recoverFrom(ids: readonly string[] = []): void {
    this.#faults.push({ at: performance.now(), waiting: new Set(ids), recoveredAt: undefined });
  }

  /** How many messages may have been done twice because of all faults. */
  get allowed(): number {
    return this.#allowed;
  }

  /** The longest recovery, in milliseconds. */
  get recoveredMs(): number {
    const times = this.#faults.map(({ at, recoveredAt = performance.now() }) => recoveredAt - at);
    return Math.round(Math.max(0, ...times));
  }

  /** Whether the recovery from every fault has ended. */
  get isRecovered(): boolean {
    return this.#faults.every(({ recoveredAt }) => recoveredAt !== undefined);
  }

  /** All reports of this kind, in order. */
  of<K extends Report['kind']>(kind: K): readonly Extract<Entry, { kind: K }>[] {
    return this.entries.filter(
      (entry): entry is Extract<Entry, { kind: K }> => entry.kind === kind,
    );
  }

  runsOf(id: string): readonly Extract<Entry, { kind: 'began' }>[] {
    return this.of('began').filter((entry) => entry.id === id);
  }

  /** How many of these jobs have an effect that the broker knows of. */
  settledAmong(jobs: readonly Job[]): number {
    const unsettled = [...this.#unsettled.values()];
    return jobs.filter(
      ({ id }) => this.effects.has(id) && !unsettled.some((ofProcess) => ofProcess.has(id)),
    ).length;
  }

  /** Whether this process has sent a report of this kind. */
  has(kind: Report['kind'], process: string): boolean {
    return this.#counts.has(`${kind} of ${process}`);
  }

  count(kind: Report['kind']): number {
    return this.#counts.get(kind) ?? 0;
  }

  /** Returns whether the condition became true within the time limit, in milliseconds. */
  until(condition: () => boolean, timeout = DEFAULT_TIMEOUT_MS): Promise<boolean> {
    if (condition()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const end = (answer: boolean): void => {
        clearTimeout(timer);
        this.#watchers.delete(check);
        resolve(answer);
      };
      const check = (): void => {
        if (condition()) end(true);
      };
      const timer = setTimeout(end, timeout, false);
      this.#watchers.add(check);
    });
  }

  /** Checks all conditions, because the ledger has changed. */
  #check(): void {
    if (this.#isCheckPlanned || this.#watchers.size === 0) return;
    this.#isCheckPlanned = true;
    setImmediate(() => {
      this.#isCheckPlanned = false;
      for (const check of [...this.#watchers]) check();
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
