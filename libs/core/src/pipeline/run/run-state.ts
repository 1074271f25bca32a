import { LinkedList, type LinkedNode } from '#base';

/** What can happen to a run from outside while it goes on: it can be told to stop, and it can wait for a broker. */
export class RunState implements LinkedNode<RunState> {
  before: RunState | undefined;
  after: RunState | undefined;
  readonly #ofMessage: AbortSignal | undefined;
  readonly #members: readonly RunState[];
  #own: AbortController | undefined;
  #unfollow: (() => void) | undefined;
  /** Publishes of this run that the broker has not answered yet. */
  pendingPublishes = 0;
  /** Which of the handlers that share a channel has taken the message. */
  handledBy: string | undefined;

  /** @param members the runs of a batch's messages, which are told what it is told */
  constructor(ofMessage: AbortSignal | undefined, members: readonly RunState[] = NOBODY) {
    this.#ofMessage = ofMessage;
    this.#members = members;
  }

  /** Aborts when the message is no longer ours, when its time is up, or at the end of a shutdown. */
  get signal(): AbortSignal {
    if (this.#own === undefined) this.#follow((this.#own = new AbortController()));
    return this.#own.signal;
  }

  abort(reason: Error): void {
    (this.#own ??= new AbortController()).abort(reason);
    for (const member of this.#members) member.abort(reason);
  }

  /** Nothing from outside concerns it any more. */
  end(): void {
    this.#unfollow?.();
  }

  /**
   * By hand, and not by `AbortSignal.any`: whoever listens to one of those, and does not take the listener off, keeps it for as
   * long as there is a signal behind it (node, lib/internal/abort_controller.js, `gcPersistentSignals`), and a partition's lives
   * for days.
   */
  #follow(own: AbortController): void {
    const inbound = this.#ofMessage;
    if (inbound === undefined) return;
    const tell = (): void => own.abort(inbound.reason);
    if (inbound.aborted) {
      tell();
      return;
    }
    inbound.addEventListener('abort', tell, { once: true });
    this.#unfollow = () => inbound.removeEventListener('abort', tell);
  }
}

const NOBODY: readonly RunState[] = [];

/** The runs that are under way: those who have to be told when there is no more time. */
export class Runs {
  readonly #open = new LinkedList<RunState>();

  begin(ofMessage: AbortSignal): RunState {
    const run = new RunState(ofMessage);
    this.#open.add(run);
    return run;
  }

  /** The run of a batch, beside those of its messages. */
  beginAll(members: readonly RunState[]): RunState {
    const run = new RunState(undefined, members);
    this.#open.add(run);
    return run;
  }

  end(run: RunState): void {
    run.end();
    this.#open.remove(run);
  }

  abortAll(reason: Error): void {
    for (const run of this.#open) run.abort(reason);
  }
}
