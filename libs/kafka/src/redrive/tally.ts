import type { RedriveProgress } from 'throughline/transport';

/** Counts what a redrive has done with dead letters, and tells of it. */
export class Tally {
  #moved = 0;
  #left = 0;
  #told = 0;

  constructor(private readonly onProgress: (progress: RedriveProgress) => void) {}

  get progress(): RedriveProgress {
    return { seen: this.#moved + this.#left, moved: this.#moved, left: this.#left };
  }

  moved(letters: number): void {
    this.#moved += letters;
  }

  left(): void {
    this.#left += 1;
  }

  /** Tells, if there is something new to tell. */
  tell(): void {
    const { progress } = this;
    if (progress.seen === this.#told) return;
    this.#told = progress.seen;
    this.onProgress(progress);
  }
}
