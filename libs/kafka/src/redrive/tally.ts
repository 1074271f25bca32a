import type { RedriveProgress } from 'throughline/transport';

/** Counts what a redrive has done with dead letters, and tells of it. */
export class Tally {
  #moved = 0;
  #left = 0;
  #reported = 0;

  constructor(private readonly onProgress: (progress: RedriveProgress) => void) {}

  get progress(): RedriveProgress {
    return { seen: this.#moved + this.#left, moved: this.#moved, left: this.#left };
  }

  moved(deadLetters: number): void {
    this.#moved += deadLetters;
  }

  left(): void {
    this.#left += 1;
  }

  /** Tells, if there is something new to tell. */
  report(): void {
    const { progress } = this;
    if (progress.seen === this.#reported) return;
    this.#reported = progress.seen;
    this.onProgress(progress);
  }
}
