import { expect, it } from "vitest";
import { mbom, mbomLine } from "./bom/bom-builder.ts";
import type { ItemId, OperationId, PlantId, WorkCenterId } from "./ids.ts";
import { routingFindings } from "./routing-findings.ts";
import type { Routing } from "./routing.ts";

const PUMP = "PUMP" as ItemId;
const PLANT = "P1" as PlantId;

const ROUTING: Routing = {
  plant: PLANT,
  item: PUMP,
  number: "RTG-000001",
  operations: ["0010", "0020"].map((operation) => ({
    operation: operation as OperationId,
    name: "Assemble",
    workCenter: "ASM-1" as WorkCenterId,
    setupSeconds: 600,
    runSeconds: 420,
  })),
};

const pump = mbom("PUMP", [
  mbomLine("10", "BRACKET", "2", { operation: "0010" as OperationId }),
  mbomLine("20", "BOLT", "8", { operation: "0050" as OperationId }),
  mbomLine("30", "GLUE", "1", { operation: null }),
]);

it("blocks a line at an operation that the routing does not have, and says which there are", () => {
  const [finding, ...others] = routingFindings(pump, new Map([[PUMP, ROUTING]]), "erp");
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    severity: "blocked",
    code: "operation-unknown",
    system: "erp",
    item: PUMP,
    line: "20",
    field: "operation",
    cause: "A rule puts BOLT on operation 0050; the routing of PUMP in plant P1 has 0010, 0020.",
  });
});

it("asks nothing of an assembly that has no routing", () => {
  expect(routingFindings(pump, new Map(), "erp")).toEqual([]);
});
