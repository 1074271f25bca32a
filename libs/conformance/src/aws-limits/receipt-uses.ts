/** A request that uses receipt handles. */
export interface ReceiptUse {
  /** Whether another request used this receipt while this one was under way. */
  isCrossed(handle: string): boolean;
  /** The server has answered. A request without an answer stays under way: the server may still carry it out. */
  answered(): void;
}

/**
 * The receipt handles of the requests under way. When two requests for one receipt cross, such as a delete and the heartbeat before
 * it, the server carries out one of them first, and may refuse the other. No client can prevent that.
 */
export class ReceiptUses {
  readonly #underWay = new Set<{ readonly handles: ReadonlySet<string>; crossed: Set<string> }>();

  begin(used: readonly string[]): ReceiptUse {
    const handles = new Set(used);
    const use = { handles, crossed: new Set<string>() };
    for (const other of this.#underWay) {
      for (const handle of handles) {
        if (!other.handles.has(handle)) continue;
        use.crossed.add(handle);
        other.crossed.add(handle);
      }
    }
    this.#underWay.add(use);
    return {
      isCrossed: (handle) => use.crossed.has(handle),
      answered: () => void this.#underWay.delete(use),
    };
  }
}
