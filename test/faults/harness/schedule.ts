import type { Row } from '../row.js';
import { brokerOf, type BrokerName, type Kind } from './kind.js';

/** A row on one of its brokers. */
export interface Turn {
  readonly row: Row;
  readonly kind: Kind;
}

const takenBy = ({ row, kind }: Turn): readonly BrokerName[] => row.takes?.(kind) ?? [];
const usedBy = ({ row, kind }: Turn): readonly BrokerName[] => row.uses?.(kind) ?? [brokerOf(kind)];

/** Who plays on which broker now. */
class Brokers {
  readonly #playing = new Set<Turn>();

  /** A broker may be shared, or be taken by one; never both. */
  areFreeFor(turn: Turn): boolean {
    const [takes, uses] = [takenBy(turn), usedBy(turn)];
    return [...this.#playing].every(
      (other) =>
        !takenBy(other).some((broker) => takes.includes(broker) || uses.includes(broker)) &&
        !usedBy(other).some((broker) => takes.includes(broker)),
    );
  }

  async during(turn: Turn, play: () => Promise<void>): Promise<void> {
    this.#playing.add(turn);
    try {
      await play();
    } finally {
      this.#playing.delete(turn);
    }
  }
}

/**
 * Those that need a Kafka for all come first; then who takes it, beside those that do without, and last who takes SQS: so a row
 * seldom waits for a broker, and a Kafka that has just been started again has few to serve.
 */
const rankOf = (turn: Turn): number => {
  const [takes, uses] = [takenBy(turn), usedBy(turn)];
  if (takes.includes('kafka')) return uses.includes('sqs') ? 1 : 2;
  if (takes.includes('sqs')) return 4;
  return uses.includes('kafka') ? 0 : 3;
};

/**
 * Plays every turn once, so many of them at a time as `sideBySide` says.
 *
 * @throws the first error of `play`
 */
export async function playTurns(
  turns: readonly Turn[],
  sideBySide: number,
  play: (turn: Turn) => Promise<void>,
): Promise<void> {
  const waiting = turns.toSorted((a, b) => rankOf(a) - rankOf(b));
  const playing = new Set<Promise<void>>();
  const brokers = new Brokers();
  while (waiting.length + playing.size > 0) {
    const next = waiting.findIndex((turn) => brokers.areFreeFor(turn));
    if (next < 0 || playing.size >= sideBySide) {
      await Promise.race(playing);
      continue;
    }
    const [turn] = waiting.splice(next, 1);
    if (turn === undefined) continue;
    const played = brokers.during(turn, () => play(turn)).finally(() => playing.delete(played));
    playing.add(played);
  }
}
