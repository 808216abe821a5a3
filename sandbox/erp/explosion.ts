import { activeBom, type Bom, type BomLine } from "./bom.ts";
import { compare, decimal, decimalText, plus, roundedUp, times, uplifted, type Decimal } from "./decimal.ts";
import type { OrderComponent } from "./production-order.ts";
import { itemOf } from "./item.ts";
import type { Erp } from "./state.ts";

/**
 * What an order of `quantity` needs by the BOM, scrap included, rounded up to what the component is counted
 * in. Co- and by-products come out and are not needed. A line for some variants only is left out: what the order's
 * variant takes of it is picked by hand. Phantoms are not needed themselves: what they are made of is, by their own
 * BOM in force.
 */
export function exploded(erp: Erp, bom: Bom, quantity: Decimal, day: string | null): OrderComponent[] {
  return needs(erp, bom, quantity, day).map((need, at) => ({ line: String((at + 1) * 10).padStart(4, "0"), ...need }));
}

type Need = Omit<OrderComponent, "line">;

function needs(erp: Erp, bom: Bom, quantity: Decimal, day: string | null): Need[] {
  return bom.lines
    .filter((line) => line.output === undefined && (line.optionText ?? null) === null && isValid(line, day))
    .flatMap((line) => {
      const component = itemOf(erp, bom.plant, line.componentCode, "componentCode");
      const required = withScrap(line, quantity);
      const isPhantom = line.phantom || component.procurementType === "PHANTOM";
      const below = isPhantom ? activeBom(erp, bom.plant, component.code) : null;
      if (below !== null) return needs(erp, below.value, required, day);
      return [
        {
          itemCode: component.code,
          unit: line.unit,
          requiredQuantity: decimalText(roundedUp(required, component.decimals)),
          issuedQuantity: "0",
          operation: line.operation,
          supplyType: line.supplyType,
          lot: null,
        },
      ];
    });
}

function withScrap(line: BomLine, quantity: Decimal): Decimal {
  const { basis, componentScrapPercent, operationScrapPercent, fixedScrapQuantity } = line;
  const net = basis === "PER_ORDER" ? decimal(line.quantity) : times(decimal(line.quantity), quantity);
  const perComponent = uplifted(net, decimal(componentScrapPercent ?? "0"));
  return plus(uplifted(perComponent, decimal(operationScrapPercent ?? "0")), decimal(fixedScrapQuantity ?? "0"));
}

function isValid({ validFrom, validUntil }: BomLine, day: string | null): boolean {
  const on = day ?? new Date().toISOString().slice(0, 10);
  return (validFrom === null || validFrom <= on) && (validUntil === null || on <= validUntil);
}

/** Whether nothing of these components has left the store. */
export function nothingIssued(components: readonly OrderComponent[]): boolean {
  return components.every(({ issuedQuantity }) => compare(decimal(issuedQuantity), decimal("0")) === 0);
}
