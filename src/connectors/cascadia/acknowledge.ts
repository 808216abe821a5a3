import type { ChangeId, PlantId } from "../../domain/ids.ts";
import { path, type Http } from "../http/http-client.ts";
import type { Acknowledgement, IdempotencyKey, Receipt, Write } from "../port.ts";
import { shortened } from "../shortened.ts";
import { OUTCOME_ATTRIBUTE } from "./mapping.ts";
import { changeOrder } from "./read-change.ts";
import { CONTRACTS, type ChangeOrder } from "./wire.ts";

/** Ours; Cascadia keeps any length. */
const NOTE_MAX = 1_000;

/**
 * Notes how a change ended in an attribute of its change order, one for each plant: `heddle.1000`. The key stands at
 * its end and finds it again. A later outcome in the same plant takes its place.
 */
export function acknowledgements(http: Http): Write<Acknowledgement> {
  const inTurn = makeTurns();
  return {
    find: async ({ change, plant }, key) => receiptOf(await changeOrder(http, change), plant, key),
    write: (input, key) =>
      // Attributes can only be written all together: two plants at once would undo each other.
      inTurn(input.change, async () => {
        const order = await changeOrder(http, input.change);
        return receiptOf(order, input.plant, key) ?? (await note(http, order, input, key));
      }),
  };
}

function attributeOf(plant: PlantId): string {
  return OUTCOME_ATTRIBUTE + plant;
}

function receiptOf({ itemNumber, attributes }: ChangeOrder, plant: PlantId, key: IdempotencyKey): Receipt | null {
  const text = attributes?.[attributeOf(plant)];
  if (typeof text !== "string" || !text.endsWith(`[${key}]`)) return null;
  return { id: `${itemNumber} ${attributeOf(plant)}`, version: null };
}

async function note(
  http: Http,
  order: ChangeOrder,
  { plant, outcome, note: words }: Acknowledgement,
  key: IdempotencyKey,
): Promise<Receipt> {
  const text = `${outcome}: ${shortened(words, NOTE_MAX)} [${key}]`;
  await http.write({
    doing: `acknowledging change ${order.itemNumber}`,
    object: order.itemNumber,
    method: "PUT",
    path: path`/api/v1/change-orders/${order.id}`,
    body: { attributes: { ...order.attributes, [attributeOf(plant)]: text } },
    answer: CONTRACTS.changeOrder,
  });
  return { id: `${order.itemNumber} ${attributeOf(plant)}`, version: null };
}

/** Runs what concerns one change order one after the other. */
function makeTurns(): <T>(change: ChangeId, run: () => Promise<T>) => Promise<T> {
  const last = new Map<ChangeId, Promise<unknown>>();
  return async (change, run) => {
    const before = last.get(change) ?? Promise.resolve();
    const turn = before.then(run, run);
    last.set(change, turn);
    try {
      return await turn;
    } finally {
      if (last.get(change) === turn) last.delete(change);
    }
  };
}
