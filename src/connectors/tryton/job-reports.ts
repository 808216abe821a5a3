import type { ProductionOrderId } from "../../domain/ids.ts";
import { ConnectorError } from "../connector-error.ts";
import type { JobReport, Receipt, Write } from "../port.ts";
import { shortened } from "../shortened.ts";
import type { Company } from "./company.ts";
import { refusal } from "./conflict.ts";
import { addNotes, notesOn, removeNotes } from "./notes.ts";
import { productionNumber, productionOrderId } from "./order-mapping.ts";
import { ofPlant } from "./plant.ts";
import { readAllOf } from "./records.ts";
import { MODELS, type Note } from "./wire.ts";

const DOING = "reporting jobs to production orders";
const BEGINNING = "In the MES: ";
/** By which a note of Heddle is told from a person's, who may begin one alike. */
const LABEL = "[heddle job report]";
const NOTE_MAX = 4_000;

/** What is to stand at a production, and what of Heddle stands there, the oldest first. */
type Place = { readonly resource: string; readonly message: string; readonly standing: readonly Note[] };

/**
 * A report is a note at the production, where the planner looks. The newest counts. One request adds the notes
 * of all orders, so that there are all of them or none; then those before them are taken away.
 */
export function reportJobs(company: Company): Write<readonly JobReport[]> {
  return {
    async find(reports) {
      const places = await readPlaces(company, reports);
      return places.every(isShown) ? receiptOf(places.map(({ standing }) => standing.at(-1)?.id ?? 0)) : null;
    },
    async write(reports) {
      const places = await readPlaces(company, reports);
      const due = places.filter((place) => !isShown(place));
      const made = due.length === 0 ? [] : await addNotes(company, due.map(toNote), DOING);
      const kept = places.filter(isShown).map(({ standing }) => standing.at(-1)?.id ?? 0);
      const outdated = places.flatMap((place) => (isShown(place) ? place.standing.slice(0, -1) : place.standing));
      await removeNotes(company, outdated, DOING);
      return receiptOf([...made, ...kept]);
    },
  };
}

function isShown({ message, standing }: Place): boolean {
  return standing.at(-1)?.message === message;
}

function toNote({ resource, message }: Place): Pick<Note, "resource" | "message"> {
  return { resource, message };
}

async function readPlaces(company: Company, reports: readonly JobReport[]): Promise<readonly Place[]> {
  const productions = await readProductions(company, reports);
  const resources = [...productions.values()];
  const notes = await notesOn(company, resources, BEGINNING);
  // Of two reports on one order the later one counts.
  const byOrder = new Map(reports.map((report) => [report.order, report]));
  return [...byOrder.values()].map((report) => {
    const resource = productions.get(report.order) ?? "";
    const standing = (notes.get(resource) ?? []).filter(({ message }) => message?.endsWith(LABEL) === true);
    return { resource, message: messageOf(report), standing };
  });
}

/** The records of orders, as notes name them. */
async function readProductions(
  company: Company,
  reports: readonly JobReport[],
): Promise<ReadonlyMap<ProductionOrderId, string>> {
  const elsewhere = reports.find(({ plant }) => !ofPlant(company, plant));
  if (elsewhere !== undefined) {
    const cause = `this connection is plant ${company.plant}, not ${elsewhere.plant}`;
    throw refusal(company, DOING, elsewhere.order, "plant", cause);
  }
  const numbers = reports.flatMap(({ order }) => productionNumber(order) ?? []);
  const domain = [["company", "=", (await company.facts()).id]];
  const found = await readAllOf(company, MODELS.touchedProduction, DOING, domain, "number", numbers);
  const records = new Map(
    found.map(({ id, number }) => [productionOrderId(number ?? ""), `production,${id}`] as const),
  );
  const missing = reports.find(({ order }) => !records.has(order));
  if (missing === undefined) return records;
  const at = { system: company.system, doing: DOING, object: missing.order };
  throw new ConnectorError("not found", { ...at, cause: `there is no production order ${missing.order}` });
}

/** Its state first, since a list of notes shows the beginning. */
function messageOf({ mes, job, version, state, note }: JobReport): string {
  const of = [
    `MES ${mes}`,
    ...(job === null ? [] : [`job ${job}`]),
    ...(version === null ? [] : [`version ${version}`]),
  ];
  const why = note === null ? [] : [shortened(note, NOTE_MAX)];
  return [`${BEGINNING}${state}`, of.join(", "), ...why, LABEL].join("\n");
}

/** The newest note of them. */
function receiptOf(notes: readonly number[]): Receipt {
  return { id: String(notes.reduce((newest, id) => Math.max(newest, id), 0)), version: null };
}
