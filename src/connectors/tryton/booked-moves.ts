import type { Move, Production } from "./wire.ts";

/**
 * Stock moves that Heddle books at a production name another move as their origin: the planned input that they were
 * taken from, or the production's output where nothing was planned. Planned moves, and those of people, name none.
 */
type Moves = Pick<Production, "inputs." | "outputs.">;

/** Null for a move that Heddle did not book. */
export function originOf({ origin }: Pick<Move, "origin">): number | null {
  const id = /^stock\.move,(\d+)$/.exec(origin ?? "")?.[1];
  return id === undefined ? null : Number(id);
}

export function originNaming(move: number): string {
  return `stock.move,${move}`;
}

export function isPlanned(move: Pick<Move, "origin">): boolean {
  return originOf(move) === null;
}

/** Moves that Heddle booked out of a planned input, and back into it. All are in the planned input's unit. */
export function bookedOf({ id }: Pick<Move, "id">, { "inputs.": inputs, "outputs.": outputs }: Moves) {
  const isOf = (move: Move) => originOf(move) === id && move.state !== "cancelled";
  return { used: inputs.filter(isOf), returned: outputs.filter(isOf) };
}

/** The move that takes what is made into stock; undefined where a person took it away. */
export function mainOutput({ "outputs.": outputs, "product.": product }: Moves & Pick<Production, "product.">) {
  return outputs.find((move) => move["product."].id === product?.id && isPlanned(move) && move.state !== "cancelled");
}
