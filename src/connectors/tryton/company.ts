import type { PlantId, SystemId } from "../../domain/ids.ts";
import { KNOWN_UNITS, parseUnit, type Unit } from "../../domain/unit.ts";
import { badData } from "../bad-data.ts";
import { ConnectorError } from "../connector-error.ts";
import type { TrytonSettings } from "./config.ts";
import type { Context, Rpc, RpcCall } from "./json-rpc.ts";
import { MODULE_FIELDS, modulesWith, type TrytonModule } from "./modules.ts";
import { readAll } from "./records.ts";
import { unitOfSymbol } from "./units.ts";
import { CONTRACTS, MODELS, type UnitOfMeasure } from "./wire.ts";

/** `context` is what goes with the call beside company and language. */
type Call<T> = Omit<RpcCall<T>, "context"> & { readonly context?: Context };

/** One company's view of a Tryton database: every call is made in it. */
export type Company = {
  readonly system: SystemId;
  readonly plant: PlantId;
  readonly read: <T>(call: Call<T>) => Promise<T>;
  /** @param expecting `model,id` and the state it must still have; else "version conflict". */
  readonly write: <T>(call: Call<T>, expecting?: Readonly<Record<string, string>>) => Promise<T>;
  readonly facts: () => Promise<CompanyFacts>;
};

/** How long the facts are believed: somebody may add a unit of measure. */
const FACTS_MS = 300_000;

/** What hardly ever changes. */
export type CompanyFacts = {
  readonly id: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly currencyId: number;
  readonly units: Units;
  /** Which of the modules that Tryton may do without are there. */
  readonly modules: ReadonlySet<TrytonModule>;
};

export type Units = {
  /** @throws ConnectorError "rejected" naming object and field for a unit that is not mapped. */
  readonly of: (uom: number, object: string, field: string) => Unit;
  /** Decimals that Tryton keeps of quantities in it. */
  readonly digits: (uom: number) => number;
  /** @throws ConnectorError "rejected" when Tryton has no such unit. */
  readonly idOf: (unit: Unit, object: string, field: string) => number;
};

export function openCompany(rpc: Rpc, settings: TrytonSettings): Company {
  let facts: Promise<CompanyFacts> | null = null;
  let readAt = 0;

  function factsNow(): Promise<CompanyFacts> {
    if (facts === null || performance.now() - readAt > FACTS_MS) {
      const asked = readFacts(rpc, settings);
      facts = asked;
      readAt = performance.now();
      // A failure is told to whoever asked, and asked anew the next time.
      asked.catch(() => void (facts = facts === asked ? null : facts));
    }
    return facts;
  }

  const company: Company = {
    system: rpc.system,
    plant: settings.plant as PlantId,
    facts: factsNow,
    async read(call) {
      const { id } = await factsNow();
      return await rpc.read({ ...call, context: { ...contextOf(id), ...call.context } });
    },
    async write(call, expecting) {
      const { id } = await factsNow();
      const states = expecting === undefined ? {} : { _timestamp: expecting };
      return await rpc.write({ ...call, context: { ...contextOf(id), ...call.context, ...states } });
    },
  };
  return company;
}

function contextOf(company: number) {
  return { language: "en", company };
}

async function readFacts(rpc: Rpc, settings: TrytonSettings): Promise<CompanyFacts> {
  const context = { language: "en" };
  const inNoCompany: Pick<Company, "read"> = {
    read: <T>(call: Call<T>) => rpc.read({ ...call, context }),
  };
  const companies = await readAll(inNoCompany, MODELS.company, "looking for its company", []);
  const company = chosen(rpc.system, companies, settings.company);
  const units = await readAll(inNoCompany, MODELS.unit, "reading units of measure", []);
  const { id: currencyId, code: currency } = company["currency."];
  return {
    id: company.id,
    currency,
    currencyId,
    units: unitsOf(rpc.system, units, settings.units),
    modules: modulesWith([
      ...(await fieldsOf(inNoCompany, "production")),
      ...(await fieldsOf(inNoCompany, "stock.move")),
    ]),
  };
}

/** What Tryton tells its own client, whatever the user's rights. */
async function fieldsOf(reader: Pick<Company, "read">, model: string): Promise<readonly string[]> {
  const call = { doing: "looking for its modules", method: `model.${model}.fields_get`, params: [MODULE_FIELDS] };
  return Object.keys(await reader.read({ ...call, answer: CONTRACTS.fields }));
}

/** Reads that need no company: proves that the user is let in. */
export async function proveAccess(rpc: Rpc, company: Company): Promise<void> {
  await rpc.read({
    doing: "proving access",
    method: "model.res.user.get_preferences",
    params: [true],
    context: {},
    answer: CONTRACTS.preferences,
  });
  await company.facts();
}

type Named = { readonly id: number; readonly rec_name: string };

function chosen<T extends Named>(system: SystemId, companies: readonly T[], name: string | undefined): T {
  const found = name === undefined ? companies : companies.filter(({ rec_name }) => rec_name === name);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const seen = companies.map(({ rec_name }) => rec_name).join(", ");
  const cause =
    companies.length === 0
      ? "the user sees no company; add one to its companies in Tryton"
      : `${name === undefined ? "the user sees several companies" : `there is no company ${name}`}; set "company" to one of: ${seen}`;
  throw new ConnectorError("rejected", { system, doing: "looking for its company", field: "company", cause });
}

function unitsOf(system: SystemId, all: readonly UnitOfMeasure[], extra: Readonly<Record<string, string>>): Units {
  const byId = new Map(all.map((unit) => [unit.id, unit]));
  const unitOf = ({ symbol }: UnitOfMeasure): Unit | null =>
    Object.hasOwn(extra, symbol) ? parseUnit(extra[symbol] ?? "") : unitOfSymbol(symbol);
  return {
    of(uom, object, field) {
      const held = byId.get(uom);
      const unit = held === undefined ? null : unitOf(held);
      if (unit !== null) return unit;
      const symbol = held === undefined ? `#${uom}` : `${held.symbol}" (${held.name})`.replace(/"$/, "");
      throw badData({
        system,
        doing: `reading ${object}`,
        object,
        field,
        cause: `the unit "${symbol}" stands for no unit that Heddle knows; map its symbol in the connection's "units" to one of ${KNOWN_UNITS.join(", ")}`,
      });
    },
    digits: (uom) => byId.get(uom)?.digits ?? 0,
    idOf(unit, object, field) {
      const found = all.find((one) => unitOf(one) === unit);
      if (found !== undefined) return found.id;
      throw badData({
        system,
        doing: `writing ${object}`,
        object,
        field,
        cause: `Tryton has no unit of measure for ${unit}; make one and map its symbol in the connection's "units"`,
      });
    },
  };
}
