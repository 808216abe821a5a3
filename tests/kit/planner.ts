import { everyOne, type Sandbox } from "./sandbox.ts";

type BomLine = { readonly position: string; readonly componentCode: string; readonly quantity: string };
type Bom = { readonly number: string; readonly etag: string; readonly lines: readonly BomLine[] };

/** A planner who edits BOMs in the sandbox ERP by hand, as planners do: without Heddle and without a change. */
export function planner(erp: Sandbox) {
  async function bomOf(item: string): Promise<Bom> {
    const [active] = await everyOne<Pick<Bom, "number">>(erp, `/erp/v1/boms?itemCode=${item}&plant=1000&status=ACTIVE`);
    if (active === undefined) throw new Error(`the ERP has no BOM of ${item} in force`);
    return erp.get<Bom>(`/erp/v1/boms/${active.number}`);
  }

  async function lineOf(item: string, component: string): Promise<{ bom: Bom; line: BomLine }> {
    const bom = await bomOf(item);
    const line = bom.lines.find(({ componentCode }) => componentCode === component);
    if (line === undefined) throw new Error(`the BOM of ${item} has no line of ${component}`);
    return { bom, line };
  }

  return {
    /** Component and quantity of each line, by component. */
    async linesOf(item: string): Promise<readonly (readonly [component: string, quantity: string])[]> {
      const { lines } = await bomOf(item);
      return lines
        .map(({ componentCode, quantity }) => [componentCode, quantity] as const)
        .toSorted(([one], [other]) => (one < other ? -1 : 1));
    },
    /** `edit` in the words of the sandbox ERP: `{ quantity: "9" }`. */
    async edit(item: string, component: string, edit: object): Promise<void> {
      const { bom, line } = await lineOf(item, component);
      await erp.send("PATCH", `/erp/v1/boms/${bom.number}/lines/${line.position}`, edit, `"${bom.etag}"`);
    },
    async add(item: string, line: { position: string; componentCode: string; quantity: string; unit: string }) {
      const bom = await bomOf(item);
      await erp.send("POST", `/erp/v1/boms/${bom.number}/lines`, line, `"${bom.etag}"`);
    },
    async remove(item: string, component: string): Promise<void> {
      const { bom, line } = await lineOf(item, component);
      await erp.send("DELETE", `/erp/v1/boms/${bom.number}/lines/${line.position}`, undefined, `"${bom.etag}"`);
    },
  };
}
