/** A directed graph walked once from its roots. */
export type Walk<Node> = {
  /** Every node in reach, each after all that stands below it. */
  readonly childrenFirst: readonly Node[];
  /** Each as the nodes along it, the first one again at the end: `A, B, A`. */
  readonly cycles: readonly (readonly Node[])[];
  /** The edge that closes each cycle. Without these edges the graph has no cycle left. */
  readonly closes: (from: Node, to: Node) => boolean;
  /** How many levels stand below a node, the edges that close cycles left out: 0 for one that has no children. */
  readonly height: (node: Node) => number;
};

/** A node on the way down: how many of its children are done, and how high they have made it. */
type Open<Node> = { readonly node: Node; readonly children: readonly Node[]; next: number; height: number };

/** Deterministic for a given order of roots and children. Its own stack: a chain may be of any length. */
export function walkDepthFirst<Node>(roots: Iterable<Node>, childrenOf: (node: Node) => readonly Node[]): Walk<Node> {
  const cycles: Node[][] = [];
  const closing = new Map<Node, Set<Node>>();
  const closes = (from: Node, to: Node) => closing.size > 0 && (closing.get(from)?.has(to) ?? false);
  /** By node, in the order in which they were done. */
  const heights = new Map<Node, number>();
  const onPath = new Set<Node>();

  for (const root of roots) {
    if (heights.has(root)) continue;
    const path: Open<Node>[] = [];
    const enter = (node: Node): void => {
      onPath.add(node);
      path.push({ node, children: childrenOf(node), next: 0, height: 0 });
    };
    enter(root);
    for (let open = path.at(-1); open !== undefined; open = path.at(-1)) {
      const { node, children } = open;
      const child = children[open.next];
      if (child === undefined) {
        path.pop();
        onPath.delete(node);
        heights.set(node, open.height);
        continue;
      }
      const height = heights.get(child);
      if (height !== undefined) {
        open.height = Math.max(open.height, height + 1);
        open.next += 1;
      } else if (!onPath.has(child)) {
        enter(child); // and come back to it once it is done
      } else {
        open.next += 1;
        if (closes(node, child)) continue;
        closing.set(node, (closing.get(node) ?? new Set()).add(child));
        cycles.push([...path.slice(path.findIndex((above) => above.node === child)).map((each) => each.node), child]);
      }
    }
  }
  return { childrenFirst: [...heights.keys()], cycles, closes, height: (node) => heights.get(node) ?? 0 };
}
