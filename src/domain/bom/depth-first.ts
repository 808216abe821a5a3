/** A directed graph walked once from its roots. */
export type Walk<Node> = {
  /** Every node in reach, each after all that stands below it. */
  readonly childrenFirst: readonly Node[];
  /** Each as the nodes along it, the first one again at the end: `A, B, A`. */
  readonly cycles: readonly (readonly Node[])[];
  /** The edge that closes each cycle. Without these edges the graph has no cycle left. */
  readonly closes: (from: Node, to: Node) => boolean;
};

/** Deterministic for a given order of roots and children. Its own stack: a chain may be of any length. */
export function walkDepthFirst<Node>(roots: Iterable<Node>, childrenOf: (node: Node) => Iterable<Node>): Walk<Node> {
  const childrenFirst: Node[] = [];
  const cycles: Node[][] = [];
  const closing = new Map<Node, Set<Node>>();
  const closes = (from: Node, to: Node) => closing.get(from)?.has(to) ?? false;
  const done = new Set<Node>();
  const open = new Map<Node, Iterator<Node>>();

  for (const root of roots) {
    if (done.has(root)) continue;
    const path = [root];
    open.set(root, childrenOf(root)[Symbol.iterator]());
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      const next = open.get(node)?.next();
      if (next === undefined || next.done === true) {
        path.pop();
        open.delete(node);
        done.add(node);
        childrenFirst.push(node);
      } else if (open.has(next.value)) {
        if (closes(node, next.value)) continue;
        closing.set(node, (closing.get(node) ?? new Set()).add(next.value));
        cycles.push([...path.slice(path.indexOf(next.value)), next.value]);
      } else if (!done.has(next.value)) {
        path.push(next.value);
        open.set(next.value, childrenOf(next.value)[Symbol.iterator]());
      }
    }
  }
  return { childrenFirst, cycles, closes };
}

/** Levels below each node of a walk: 0 for one that has no children. */
export function heights<Node>(walk: Walk<Node>, childrenOf: (node: Node) => Iterable<Node>): ReadonlyMap<Node, number> {
  const levels = new Map<Node, number>();
  for (const node of walk.childrenFirst) {
    let height = 0;
    for (const child of childrenOf(node)) {
      if (!walk.closes(node, child)) height = Math.max(height, (levels.get(child) ?? 0) + 1);
    }
    levels.set(node, height);
  }
  return levels;
}
