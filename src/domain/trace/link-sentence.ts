import type { ThreadLink, ThreadNode } from "../thread-link.ts";
import { nodeText } from "./node-name.ts";
import { endOf, RELATIONS } from "./relations.ts";

/** `Serial SN-1 of FX-110 contains lot L-7 of MOT-024.` */
export function linkSentence({ from, relation, to }: ThreadLink): string {
  return capital(`${nodeText(from)} ${RELATIONS[relation].says} ${nodeText(to)}.`);
}

/** The link as read from one of its ends: `contains lot L-7 of MOT-024`, `was built into serial SN-1 of FX-110`. */
export function linkFrom(node: ThreadNode, link: ThreadLink): string {
  const { says, saysBack } = RELATIONS[link.relation];
  return endOf(link, node) === "from" ? `${says} ${nodeText(link.to)}` : `${saysBack} ${nodeText(link.from)}`;
}

export function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
