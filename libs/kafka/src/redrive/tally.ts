import type { RedriveProgress } from 'throughline/transport';

/** Counts the dead letters of a redrive, and reports its progress. */
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

  /** Reports the progress of the redrive if it has changed. */
  report(): void {
    const { progress } = this;
    if (progress.seen === this.#reported) return;
    this.#reported = progress.seen;
    this.onProgress(progress);
  }
}
