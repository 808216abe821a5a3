import type { ChangeId, ProductionOrderId, PurchaseOrderLineId } from "../../domain/ids.ts";
import { ConnectorError } from "../connector-error.ts";
import type { Flag, Flags, Receipt } from "../port.ts";
import { shortened } from "../shortened.ts";
import type { Company } from "./company.ts";
import { codeOf, marksAbout, marksAt, setMark, takeBackMark, textOfMark, type Mark } from "./marks.ts";
import { lineOf, productionNumber } from "./order-mapping.ts";
import { readAllOf } from "./records.ts";
import { MODELS } from "./wire.ts";

/** A note may be of any length; longer than this nobody reads it. */
const TEXT_MAX = 4_000;

/** Flags are notes: on the purchase, where the buyer looks, and on the production order. */
export function flags(company: Company): Flags {
  return {
    async of(change) {
      const marks = await marksSettingFlags(company, change);
      return marks.map(({ mark, on }) => ({
        id: String(mark.note),
        on,
        change,
        text: textOfMark(mark),
        state: STATES[mark.state],
      }));
    },
    set: {
      find: (flag, key) => findOpen(company, flag, key),
      async write(flag, key) {
        const open = await findOpen(company, flag, key);
        if (open !== null) return open;
        const doing = `flagging ${flag.on.id}`;
        const resource = await resourceOf(company, flag.on, doing);
        const text = shortened(flag.text, TEXT_MAX);
        const mark = { text, code: codeOf(key), subject: subjectOf(flag.change, flag.on) };
        return receiptOf(await setMark(company, resource, mark, doing));
      },
    },
    takeBack: {
      async find({ id }) {
        const mark = await readMark(company, id);
        return mark.state === "open" ? null : receiptOf(mark.note);
      },
      async write({ id, reason }) {
        const mark = await readMark(company, id);
        // Whoever closed it: a flag that is not open needs no taking back.
        if (mark.state === "open") {
          await takeBackMark(company, mark, shortened(reason, TEXT_MAX), `taking back flag ${id}`);
        }
        return receiptOf(mark.note);
      },
    },
  };
}

const STATES = { open: "open", "taken back": "taken back", done: "closed by a person" } as const;
const KINDS = { "purchase-order line": "line", "production order": "order" } as const;

/** `flag ECO-0001 line PO-7/12`; what could end the label early or stand for something else is encoded. */
function subjectOf(change: ChangeId, on: Flag["on"]): string {
  return `${subjectStart(change)}${KINDS[on.kind]} ${encodeURIComponent(on.id)}`;
}

function subjectStart(change: ChangeId): string {
  return `flag ${encodeURIComponent(change)} `;
}

function onOf(subject: string): Flag["on"] | null {
  const [, , kind, id] = subject.split(" ");
  if (id === undefined) return null;
  const name = decodeURIComponent(id);
  if (kind === KINDS["purchase-order line"]) return { kind: "purchase-order line", id: name as PurchaseOrderLineId };
  return kind === KINDS["production order"] ? { kind: "production order", id: name as ProductionOrderId } : null;
}

async function marksSettingFlags(
  company: Company,
  change: ChangeId,
): Promise<readonly { readonly mark: Mark; readonly on: Flag["on"] }[]> {
  const marks = await marksAbout(company, subjectStart(change));
  return marks.flatMap((mark) => {
    const on = onOf(mark.subject);
    return on === null ? [] : [{ mark, on }];
  });
}

async function findOpen(company: Company, flag: Omit<Flag, "id" | "state">, key: string): Promise<Receipt | null> {
  const marks = await marksAbout(company, subjectOf(flag.change, flag.on));
  const open = marks.find(({ code, state }) => code === codeOf(key) && state === "open");
  return open === undefined ? null : receiptOf(open.note);
}

async function readMark(company: Company, id: string): Promise<Mark> {
  const doing = `reading flag ${id}`;
  const [note] = !/^\d{1,15}$/.test(id) ? [] : await readAllOf(company, MODELS.note, doing, [], "id", [Number(id)]);
  const marks = note === undefined ? [] : await marksAt(company, [note.resource]);
  const mark = marks.find((one) => one.note === Number(id));
  if (mark !== undefined) return mark;
  throw new ConnectorError("not found", { system: company.system, doing, object: id, cause: `there is no flag ${id}` });
}

/** A purchase's line has no notes that its buyer could see: the flag stands on the purchase and names the line. */
async function resourceOf(company: Company, on: Flag["on"], doing: string): Promise<string> {
  const missing = () =>
    new ConnectorError("not found", {
      system: company.system,
      doing,
      object: on.id,
      cause: `there is no ${on.kind} ${on.id}`,
    });
  if (on.kind === "purchase-order line") {
    const line = lineOf(on.id);
    const [found] = line === null ? [] : await readAllOf(company, MODELS.touchedLine, doing, [], "id", [line]);
    if (found === undefined) throw missing();
    return `purchase.purchase,${found["purchase."].id}`;
  }
  const number = productionNumber(on.id);
  const domain = [["company", "=", (await company.facts()).id]];
  const [found] =
    number === null ? [] : await readAllOf(company, MODELS.touchedProduction, doing, domain, "number", [number]);
  if (found === undefined) throw missing();
  return `production,${found.id}`;
}

function receiptOf(note: number): Receipt {
  return { id: String(note), version: null };
}
