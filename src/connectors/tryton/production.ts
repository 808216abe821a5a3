import type { ItemId } from "../../domain/ids.ts";
import type { Held } from "../../domain/plant-item.ts";
import type { OrderProduction, Posting, Production } from "../port.ts";
import type { Company } from "./company.ts";
import { completeOrder } from "./complete-order.ts";
import { productionOrderId, stateOfProduction } from "./order-mapping.ts";
import { postProduction } from "./post-production.ts";
import { readPostingNotes } from "./posting-notes.ts";
import { readProductions } from "./production-place.ts";
import { resourceOf } from "./read-orders.ts";
import { part, parts, versionOf } from "./stamps.ts";
import { isZero } from "../../domain/rational.ts";

export function production(company: Company): Production {
  return {
    async read(orders) {
      const productions = await readProductions(company, orders, "reading what was produced");
      const notesAt = await readPostingNotes(company, productions.map(resourceOf));
      return new Map(
        productions.map((held) => {
          const order = productionOrderId(held.number ?? "");
          const { booked } = notesAt(resourceOf(held));
          const value = { order, state: stateOfProduction(held), postings: booked.map(({ posting }) => posting) };
          const last = booked.at(-1)?.note.id ?? 0;
          const moves = parts("stock.move", [...held["inputs."], ...held["outputs."]]);
          const version = versionOf(`${order} ${last}`, [part("production", held), ...moves]);
          return [order, { value, version } satisfies Held<OrderProduction>];
        }),
      );
    },
    post: postProduction(company),
    complete: completeOrder(company),
    cannotHold,
  };
}

/** What of a posting stands in its note only. */
function cannotHold({ confirmations, consumptions }: Posting): readonly string[] {
  const counted = confirmations.filter(({ good, scrap, rework }) =>
    [good, scrap, rework].some(({ amount }) => !isZero(amount)),
  );
  const bothTimes = confirmations.filter(({ setupMs, runMs }) => setupMs !== 0 && runMs !== 0);
  const unfinished = confirmations.filter(({ isFinal, setupMs, runMs }) => !isFinal && setupMs + runMs !== 0);
  const serials = consumptions.filter((one) => one.serials.length > 0);
  const placed = consumptions.filter(({ operation }) => operation !== null);
  return [
    ...lost(operationsOf(counted), "Tryton counts no good, scrap and rework of an operation; they stand in the note"),
    ...lost(operationsOf(bothTimes), "Tryton keeps one time of an operation, setup and run together"),
    ...lost(
      operationsOf(unfinished),
      "Tryton shows an operation as finished as soon as time was booked, whether or not more is to come",
    ),
    ...lost(itemsOf(serials), "Tryton knows no serial numbers; those of components stand in the note"),
    ...lost(itemsOf(placed), "Tryton does not say at which operation a component was used; the note does"),
  ];
}

function lost(names: readonly string[], what: string): readonly string[] {
  if (names.length === 0) return [];
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  return [`${what} (${names.slice(0, 3).join(", ")}${more})`];
}

function operationsOf(of: Posting["confirmations"]): readonly string[] {
  return of.map(({ operation }) => operation);
}

function itemsOf(of: Posting["consumptions"]): readonly ItemId[] {
  return [...new Set(of.map(({ item }) => item))];
}
