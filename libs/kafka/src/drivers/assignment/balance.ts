import type { Holdings } from './holdings.js';

/**
 * Moves partitions until the members' numbers of partitions are as equal as their subscriptions allow.
 *
 * A member with `n` partitions can be relieved if a path of members leads from it to a member with at most `n - 2`. Along the path,
 * each member gives the next one a partition of a topic to which both subscribe. If no member has such a path, no assignment is
 * more balanced (N. Harvey, R. Ladner, L. Lovász, T. Tamir: Semi-matchings for bipartite graphs and load balancing, 2003).
 */
export function balance(holdings: Holdings): void {
  // The member with the most partitions is relieved first. If no path relieves it, each member on its paths has at most one
  // partition less, and the paths lead to no other members. Then none of them can be relieved, and all of them are done.
  const open = new Set(Array.from({ length: holdings.members }, (_, member) => member));
  for (let from = largest(holdings, open); from !== undefined; from = largest(holdings, open)) {
    const search = new PathSearch(holdings, open, from);
    if (search.end === undefined) for (const member of search.reached) open.delete(member);
    else search.shift(search.end);
  }
}

function largest(holdings: Holdings, members: Iterable<number>): number | undefined {
  let found: number | undefined;
  for (const member of members) {
    if (found === undefined || holdings.size(member) > holdings.size(found)) found = member;
  }
  return found;
}

/**
 * Finds the path that takes the fewest partitions away from members that owned them before the assignment. If there are several,
 * chooses one that leads to the member with the fewest partitions.
 */
class PathSearch {
  /** The last member of the path. `undefined` if there is no path. */
  readonly end: number | undefined;
  readonly reached: number[];
  readonly #unreached: Set<number>;
  readonly #giver = new Map<number, number>();

  constructor(
    private readonly holdings: Holdings,
    open: ReadonlySet<number>,
    from: number,
  ) {
    this.reached = [from];
    this.#unreached = new Set(open);
    this.#unreached.delete(from);
    this.end = this.#search(from);
  }

  /** Moves a partition along each link of the path that ends at a member. */
  shift(end: number): void {
    let to = end;
    for (let from = this.#giver.get(to); from !== undefined; from = this.#giver.get(to)) {
      this.holdings.give(from, to);
      to = from;
    }
  }

  /** Searches in rounds. A path of one round takes one partition more from its previous owner than a path of the round before. */
  #search(from: number): number | undefined {
    let round = [from];
    while (round.length > 0) {
      // The array grows while it is read.
      for (const giver of round) {
        round.push(...this.#reach(giver, (to) => this.holdings.canGiveFreely(giver, to)));
      }
      const end = this.holdings.smallest(round);
      if (end !== undefined && this.holdings.size(end) <= this.holdings.size(from) - 2) return end;
      round = round.flatMap((giver) =>
        this.#reach(giver, (to) => this.holdings.canGive(giver, to)),
      );
    }
    return undefined;
  }

  #reach(giver: number, canGive: (to: number) => boolean): number[] {
    const found = [...this.#unreached].filter(canGive);
    for (const member of found) {
      this.#unreached.delete(member);
      this.#giver.set(member, giver);
      this.reached.push(member);
    }
    return found;
  }
}
