import type { Entry } from './entries.js';

/** An entry with its position in the tree. */
export interface Branch {
  readonly entry: Entry;
  readonly parent: Entry | null;
  /** Says why the entry is not below its parent. `null` if it is. */
  readonly stray: 'parent not reported' | 'its parents form a circle' | null;
  readonly children: readonly Branch[];
}

interface Growing extends Branch {
  readonly children: Growing[];
}

/** Marks everything below a branch as placed. It does not use recursion, because a trace may be thousands of levels deep. */
function place(root: Growing, placed: Set<Entry>): void {
  const open = [root];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    placed.add(next.entry);
    open.push(...next.children.filter(({ entry }) => !placed.has(entry)));
  }
}

/**
 * Builds the trees of a trace. Children are in the order of their start. Nothing is omitted: an entry whose parent was not
 * reported is placed below the first root. If there is no root, the entry becomes one.
 */
export function forestOf(entries: readonly Entry[]): readonly Branch[] {
  const byId = new Map<string, Entry>();
  for (const entry of entries) if (!byId.has(entry.id)) byId.set(entry.id, entry);

  const childrenOf = new Map<Entry, Growing[]>(entries.map((entry) => [entry, []]));
  const branchOf = (entry: Entry, stray: Branch['stray']): Growing => ({
    entry,
    parent: (entry.parentId === null ? undefined : byId.get(entry.parentId)) ?? null,
    stray,
    children: childrenOf.get(entry) ?? [],
  });

  const roots: Growing[] = [];
  const strays: Growing[] = [];
  for (const entry of entries) {
    const branch = branchOf(entry, null);
    if (entry.parentId === null) roots.push(branch);
    else if (branch.parent === null) strays.push(branchOf(entry, 'parent not reported'));
    else if (branch.parent !== entry) childrenOf.get(branch.parent)?.push(branch);
  }

  const placed = new Set<Entry>();
  for (const branch of [...roots, ...strays]) place(branch, placed);
  for (const entry of entries) {
    if (placed.has(entry)) continue;
    for (const siblings of childrenOf.values()) {
      const index = siblings.findIndex((branch) => branch.entry === entry);
      if (index >= 0) siblings.splice(index, 1);
    }
    const branch = branchOf(entry, 'its parents form a circle');
    strays.push(branch);
    place(branch, placed);
  }

  const [root] = roots;
  if (root === undefined) return strays;
  root.children.push(...strays);
  root.children.sort((a, b) => a.entry.startMs - b.entry.startMs);
  return roots;
}
