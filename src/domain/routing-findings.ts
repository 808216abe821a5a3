import type { Finding } from "./finding.ts";
import type { ItemId } from "./ids.ts";
import type { Mbom } from "./mbom.ts";
import type { Routing } from "./routing.ts";

/**
 * Lines on an operation that the assembly's routing in the plant does not have: nobody would pick for them,
 * and most ERPs refuse such an mBOM. An assembly without a routing is not checked.
 */
export function routingFindings(
  { item, plant, lines }: Mbom,
  routings: ReadonlyMap<ItemId, Routing>,
  system: string,
): readonly Finding[] {
  const routing = routings.get(item);
  if (routing === undefined) return [];
  const operations = routing.operations.map(({ operation }) => operation);
  return lines.flatMap((line): Finding[] => {
    if (line.operation === null || operations.includes(line.operation)) return [];
    return [
      {
        severity: "blocked",
        code: "operation-unknown",
        system,
        item,
        line: line.key,
        field: "operation",
        cause: `A rule puts ${line.item} on operation ${line.operation}; the routing of ${item} in plant ${plant} has ${operations.join(", ")}.`,
        fix: `Correct the rule, or add operation ${line.operation} to the routing in ${system}.`,
      },
    ];
  });
}
