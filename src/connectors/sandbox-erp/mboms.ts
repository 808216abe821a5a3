import type { ChangeId, ItemId, PlantId } from "../../domain/ids.ts";
import type { Mbom } from "../../domain/mbom.ts";
import { canonicalText } from "../../domain/json.ts";
import { ConnectorError } from "../connector-error.ts";
import { path, type Http } from "../http/http-client.ts";
import type { Expecting, IdempotencyKey, Mboms, Receipt } from "../port.ts";
import { firstOf, readList, readListOf } from "./list.ts";
import { cannotHold, fromMbomLines, toHeldMbom } from "./mapping.ts";
import { partsOf, versionOf } from "./version-token.ts";
import { CONTRACTS, type Bom, type BomLine } from "./wire.ts";

const PATH = "/erp/v1/boms";

type Publication = Expecting<Mbom> & { readonly change: ChangeId };

export function mboms(http: Http): Mboms {
  return {
    async read(wanted, plant) {
      const query = { plant, status: "ACTIVE", expand: "lines" };
      const list = { doing: "reading mBOMs", path: PATH, query, answer: CONTRACTS.boms };
      const records = firstOf(await readListOf(http, list, "itemCode", wanted), ({ itemCode }) => itemCode);
      return new Map([...records].map(([code, bom]) => [code as ItemId, toHeldMbom(bom, http.system)]));
    },
    async whereUsed(item, plant) {
      const query = { plant, component: item };
      const list = {
        doing: `looking where ${item} is used`,
        path: "/erp/v1/boms/where-used",
        query,
        answer: CONTRACTS.bomUses,
      };
      return [...new Set((await readList(http, list)).map(({ itemCode }) => itemCode as ItemId))];
    },
    publish: {
      async find({ value }, key) {
        const inForce = (await readByKey(http, value.plant, key)).find(({ status }) => status !== "DRAFT");
        return inForce === undefined ? null : receiptOf(inForce);
      },
      write: (publication, key) => publish(http, publication, key),
    },
    holdsEffectivity: "days",
    cannotHold,
    holdsOptions: true,
  };
}

/**
 * Creates a draft and activates it. A draft that an earlier attempt left behind is activated instead, so
 * that one key never has two mBOMs; one that cannot be activated is taken away again.
 */
async function publish(http: Http, { value, expected }: Publication, key: IdempotencyKey): Promise<Receipt> {
  const lines = fromMbomLines(value, http.system);
  const left = await readByKey(http, value.plant, key);
  const inForce = left.find(({ status }) => status !== "DRAFT");
  const own = left.find((bom) => bom.status === "DRAFT" && saysTheSame(http, bom, value, lines));
  // Whatever else is under our key was edited after we made it, or made by a request that came late.
  for (const bom of left)
    if (bom.status === "DRAFT" && (bom !== own || inForce !== undefined)) await discard(http, bom);
  if (inForce !== undefined) return receiptOf(inForce);
  return await activate(http, own ?? (await createDraft(http, value, lines, key)), expected);
}

async function readByKey(http: Http, plant: PlantId, key: IdempotencyKey): Promise<readonly Bom[]> {
  const query = { plant, externalReference: key, expand: "lines" };
  return await readList(http, { doing: `looking up mBOM ${key}`, path: PATH, query, answer: CONTRACTS.boms });
}

async function createDraft(http: Http, mbom: Mbom, lines: readonly BomLine[], key: IdempotencyKey): Promise<Bom> {
  const { plant, item, revision } = mbom;
  return await http.write({
    doing: `creating the mBOM of ${item}`,
    object: item,
    method: "POST",
    path: PATH,
    body: { plant, itemCode: item, revisionLevel: revision, externalReference: key, lines },
    answer: CONTRACTS.bom,
  });
}

async function activate(http: Http, draft: Bom, expected: string | null): Promise<Receipt> {
  const replaced = expected === null ? null : partsOf(expected);
  try {
    const active = await http.write({
      doing: `activating mBOM ${draft.number} of ${draft.itemCode}`,
      object: draft.itemCode,
      method: "POST",
      path: path`/erp/v1/boms/${draft.number}/activate`,
      ifMatch: draft.etag,
      body: { replaces: replaced?.id ?? null, replacesEtag: replaced?.etag ?? null },
      answer: CONTRACTS.bom,
    });
    return receiptOf(active);
  } catch (error) {
    const isRefused =
      error instanceof ConnectorError && (error.kind === "version conflict" || error.kind === "rejected");
    if (isRefused) await discard(http, draft);
    throw error;
  }
}

async function discard(http: Http, draft: Bom): Promise<void> {
  await http.write({
    doing: `taking away the draft mBOM ${draft.number} of ${draft.itemCode}`,
    object: draft.itemCode,
    method: "DELETE",
    path: path`/erp/v1/boms/${draft.number}`,
    ifMatch: draft.etag,
    answer: CONTRACTS.nothing,
  });
}

/** Compared as read back, since the ERP may write a number in its own way. */
function saysTheSame(http: Http, bom: Bom, { item, revision }: Mbom, lines: readonly BomLine[]): boolean {
  const wanted: Bom = { ...bom, itemCode: item, revisionLevel: revision, lines: [...lines] };
  return canonicalText(toHeldMbom(bom, http.system)) === canonicalText(toHeldMbom(wanted, http.system));
}

function receiptOf({ number, etag }: Bom): Receipt {
  return { id: number, version: versionOf(number, etag) };
}
