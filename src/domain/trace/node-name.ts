import type { ThreadNode } from "../thread-link.ts";

/** A node's id in its parts, as people know them. */
export type NodeName = {
  /** What a person types: `SN-1`, `L-7`, `FX-110`, `MO-5001`. */
  readonly name: string;
  /** The item of a serial or lot; null of anything else. */
  readonly item: string | null;
  /** Of an item revision; null of anything else. */
  readonly revision: string | null;
};

/** Reads back what `pieceNode` and `revisionNode` make. */
export function nodeName({ kind, id }: ThreadNode): NodeName {
  if (kind === "serial" || kind === "lot") {
    const at = id.lastIndexOf("@"); // a number may hold one, an item does not
    return at < 0 ? plain(id) : { name: id.slice(0, at), item: id.slice(at + 1), revision: null };
  }
  if (kind === "item revision") {
    const at = id.lastIndexOf(" rev ");
    return at < 0 ? plain(id) : { name: id.slice(0, at), item: null, revision: id.slice(at + " rev ".length) };
  }
  return plain(id);
}

/** `serial SN-1 of FX-110`, `item FX-110 rev B`, `change ECO-0001` */
export function nodeText(node: ThreadNode): string {
  const { name, item, revision } = nodeName(node);
  if (item !== null) return `${node.kind} ${name} of ${item}`;
  if (node.kind !== "item revision") return `${node.kind} ${name}`;
  return revision === null || revision === "" ? `item ${name}` : `item ${name} rev ${revision}`;
}

function plain(name: string): NodeName {
  return { name, item: null, revision: null };
}
