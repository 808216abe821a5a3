import { FIXED_OF_MOVES, MODELS, OF_EVERY_MODEL, type Field, type Row, type Tables } from "./fake-models-harness.ts";

/** What Tryton says with status 200. */
export class FakeError extends Error {
  override readonly name: string;
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

type Stamp = Record<string, unknown>;
type Values = Readonly<Record<string, unknown>>;
type Store = Map<string, Map<number, Row>>;

/** An empty database that behaves as Tryton's record layer does: nested writes, stamps, checks of states. */
export function fakeTables() {
  let store: Store = new Map(Object.keys(MODELS).map((model) => [model, new Map()]));
  /** The last id that each model gave; one that was deleted is not given again. */
  const lastIds = new Map<string, number>();
  let clock = 0;
  let now: Stamp = stampOf(0);
  let expected = new Map<string, string>();

  const tables: Tables = {
    rows: (model) => rowsOf(model).values(),
    row: (model, id) => (typeof id === "number" ? rowsOf(model).get(id) : undefined),
  };

  function rowsOf(model: string): Map<number, Row> {
    const rows = store.get(model);
    // As Python's own error reads.
    if (rows === undefined) throw new FakeError(`'${model}'`, "");
    return rows;
  }

  /** One call is one transaction: what fails leaves no trace. `_timestamp` guards the records it names. */
  function transaction<T>(states: Readonly<Record<string, string>>, work: () => T): T {
    const before = structuredClone(store);
    clock = Math.max(clock + 1, Date.now() * 1_000);
    now = stampOf(clock);
    expected = new Map(Object.entries(states));
    try {
      return work();
    } catch (error) {
      store = before;
      throw error;
    }
  }

  function create(model: string, values: Values): number {
    const id = (lastIds.get(model) ?? 0) + 1;
    lastIds.set(model, id);
    const initial = Object.entries(MODELS[model] ?? {}).flatMap(([name, field]) =>
      field.kind === "value" ? [[name, field.initial ?? null]] : field.kind === "one" ? [[name, null]] : [],
    );
    const row = { ...Object.fromEntries(initial), id, create_date: now, write_date: null, create_uid: 1 } as Row;
    rowsOf(model).set(id, row);
    setFields(model, row, values);
    return id;
  }

  function write(model: string, id: number, values: Values): void {
    const row = rowsOf(model).get(id);
    if (row === undefined)
      throw new FakeError(
        "UserError",
        `You are trying to write to records "${id}" of "${model}" that don't exist anymore.`,
      );
    const key = `${model},${id}`;
    const state = expected.get(key);
    expected.delete(key);
    if (state !== undefined && state !== timestampOf(row)) {
      throw new FakeError("ConcurrencyException", "Records were modified in the meanwhile");
    }
    if (model === "stock.move") keepMove(row, Object.keys(values));
    row["write_date"] = now;
    setFields(model, row, values);
  }

  function remove(model: string, id: number): void {
    const state = expected.get(`${model},${id}`);
    const row = rowsOf(model).get(id);
    if (row !== undefined && state !== undefined && state !== timestampOf(row)) {
      throw new FakeError("ConcurrencyException", "Records were modified in the meanwhile");
    }
    if (model === "stock.move" && row !== undefined && !["draft", "cancelled"].includes(String(row["state"]))) {
      throw new FakeError("UserError", `To delete stock move "${id}" you must cancel it or reset its state to draft.`);
    }
    for (const [name, field] of Object.entries(MODELS[model] ?? {})) {
      if (field.kind === "many") for (const child of idsIn(model, id, name)) remove(field.of, child);
    }
    rowsOf(model).delete(id);
  }

  function setFields(model: string, row: Row, values: Values): void {
    for (const [name, held] of Object.entries(values)) {
      const field = fieldOf(model, name);
      if (field.kind === "many") nested(field.of, field.by, row.id, held);
      else if (field.kind === "through") through(model, field, held);
      else if (field.kind === "links") row[name] = linked((row[name] ?? []) as number[], held);
      else if (name === "cost_price" && model === "product.product") setCost(row.id, held);
      else if (field.kind !== "computed") row[name] = held;
    }
  }

  /** Lists of `["create", [values]]`, `["write", [ids], values]` and `["delete", [ids]]`. */
  function nested(model: string, by: string, parent: number, actions: unknown): void {
    for (const [action, first, second] of (actions ?? []) as [string, unknown, Values][]) {
      if (action === "create") for (const values of first as Values[]) create(model, { ...values, [by]: parent });
      else if (action === "write") for (const id of first as number[]) write(model, id, second);
      else if (action === "delete") for (const id of first as number[]) remove(model, id);
      else throw new FakeError(`unknown action ${action}`, "");
    }
  }

  function through(model: string, field: Extract<Field, { kind: "through" }>, actions: unknown): void {
    for (const [, ids_, values] of actions as [string, number[], Values][]) {
      const target = relationOf(model, [field.many, field.one]);
      for (const id of ids_) write(target, id, values);
    }
  }

  function setCost(product: number, cost: unknown): void {
    const [known] = [...rowsOf("product.cost_price").values()].filter((row) => row["product"] === product);
    if (known === undefined) create("product.cost_price", { product, company: 1, cost_price: cost });
    else write("product.cost_price", known.id, { cost_price: cost });
  }

  function idsIn(model: string, id: number, name: string): number[] {
    const field = fieldOf(model, name);
    if (field.kind !== "many") return [];
    const rows = [...rowsOf(field.of).values()].filter((row) => row[field.by] === id);
    return rows.toSorted((a, b) => compared(a["sequence"], b["sequence"]) || a.id - b.id).map((row) => row.id);
  }

  function get(model: string, row: Row, name: string): unknown {
    if (name === "_timestamp") return timestampOf(row);
    const field = fieldOf(model, name);
    if (field.kind === "many") return idsIn(model, row.id, name);
    if (field.kind === "computed") return field.of(row, tables);
    if (field.kind === "through") {
      const lines = idsIn(model, row.id, field.many).map((id) => tables.row(relationOf(model, [field.many]), id));
      return lines.map((line) => line?.[field.one]);
    }
    return row[name] ?? (field.kind === "links" ? [] : null);
  }

  function read(model: string, row: Row, fields: readonly string[]): object {
    const result: Record<string, unknown> = { id: row.id };
    const below = new Map<string, string[]>();
    for (const name of fields) {
      const point = name.indexOf(".");
      if (point === -1) result[name] = get(model, row, name);
      else below.set(name.slice(0, point), [...(below.get(name.slice(0, point)) ?? []), name.slice(point + 1)]);
    }
    for (const [name, inner] of below) {
      const target = relationOf(model, [name]);
      const held = get(model, row, name);
      const readOne = (id: unknown) => {
        const found = tables.row(target, id);
        return found === undefined ? null : read(target, found, inner);
      };
      result[`${name}.`] = Array.isArray(held) ? held.map(readOne) : readOne(held);
    }
    return result;
  }

  /** Values at the end of a path; several where it goes through many. */
  function along(model: string, row: Row, path: readonly string[]): unknown[] {
    const [name = "", ...rest] = path;
    const held = get(model, row, name);
    if (rest.length === 0) return Array.isArray(held) ? (held.length === 0 ? [null] : held) : [held];
    const target = relationOf(model, [name]);
    return [held].flat().flatMap((id) => {
      const found = tables.row(target, id);
      return found === undefined ? [] : along(target, found, rest);
    });
  }

  function matches(model: string, row: Row, domain: unknown): boolean {
    const clauses = domain as unknown[];
    if (clauses.length === 0) return true;
    if (clauses[0] === "OR") return clauses.slice(1).some((clause) => matches(model, row, clause));
    if (typeof clauses[0] === "string") {
      const [path, operator, wanted] = clauses as [string, string, unknown];
      const found = along(model, row, path.split("."));
      return operator === "!="
        ? found.every((held) => holds(held, operator, wanted))
        : found.some((held) => holds(held, operator, wanted));
    }
    return clauses.every((clause) => matches(model, row, clause));
  }

  function search(
    model: string,
    domain: readonly unknown[],
    order: readonly (readonly [string, string])[] | null,
  ): Row[] {
    const hidesArchived = MODELS[model]?.["active"] !== undefined && !JSON.stringify(domain).includes('"active"');
    const found = [...rowsOf(model).values()].filter(
      (row) => (!hidesArchived || row["active"] !== false) && matches(model, row, domain),
    );
    const by = order ?? [["id", "ASC"]];
    return found.toSorted((a, b) => {
      for (const [name] of by) {
        const difference = compared(get(model, a, name), get(model, b, name));
        if (difference !== 0) return difference;
      }
      return a.id - b.id;
    });
  }

  return { tables, transaction, create, write, remove, search, read, get };
}

export type FakeTables = ReturnType<typeof fakeTables>;

export function idsOf({ search }: FakeTables, model: string, clause: readonly unknown[]): readonly number[] {
  return search(model, [clause], null).map(({ id }) => id);
}

function keepMove({ id, state }: Row, fields: readonly string[]): void {
  const isFixed = ["assigned", "done", "cancelled"].includes(String(state));
  if (!isFixed || !fields.some((field) => FIXED_OF_MOVES.has(field))) return;
  const words =
    state === "assigned"
      ? `To modify stock move "${id}" you must reset its state to draft.`
      : `You cannot modify stock move "${id}" because it is ${String(state)}.`;
  throw new FakeError("UserError", words);
}

/** Ids after a list of `["add", [ids]]` and `["remove", [ids]]`. */
function linked(held: readonly number[], actions: unknown): number[] {
  const ids = new Set(held);
  for (const [action, some] of actions as [string, number[]][]) {
    for (const id of some)
      if (action === "add") ids.add(id);
      else ids.delete(id);
  }
  return [...ids];
}

function fieldOf(model: string, name: string): Field {
  const field = MODELS[model]?.[name] ?? OF_EVERY_MODEL[name];
  if (field === undefined) throw new FakeError(`'${name}'`, "");
  return field;
}

function relationOf(model: string, path: readonly string[]): string {
  return path.reduce((at, name) => {
    const field = fieldOf(at, name);
    if (field.kind === "one" || field.kind === "many") return field.of;
    if (field.kind === "through") return relationOf(at, [field.many, field.one]);
    // `create_uid.name`, `moves.state`: the only computed relations that are read into.
    return name === "moves" ? "stock.move" : "res.user";
  }, model);
}

function holds(held: unknown, operator: string, wanted: unknown): boolean {
  switch (operator) {
    case "=":
      return compared(held, wanted) === 0;
    case "!=":
      return compared(held, wanted) !== 0;
    case "in":
      return (wanted as unknown[]).some((one) => compared(held, one) === 0);
    case "like":
      return typeof held === "string" && likePattern(String(wanted)).test(held);
    default: {
      if (held === null || wanted === null) return false;
      const difference = compared(held, wanted);
      return operator === ">"
        ? difference > 0
        : operator === "<"
          ? difference < 0
          : operator === ">="
            ? difference >= 0
            : difference <= 0;
    }
  }
}

/** Null first, as on SQLite. */
function compared(a: unknown, b: unknown): number {
  const [first, second] = [comparable(a), comparable(b)];
  if (first === second) return 0;
  if (first === null) return -1;
  if (second === null) return 1;
  return first < second ? -1 : 1;
}

function comparable(value: unknown): string | number | boolean | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== "object") return value as string | number | boolean;
  if ("decimal" in value) return Number(value.decimal);
  const { year, month, day, hour, minute, second, microsecond } = value as Record<string, number>;
  return [year, month, day, hour, minute, second, microsecond]
    .map((part) => String(part ?? 0).padStart(6, "0"))
    .join(" ");
}

function likePattern(pattern: string): RegExp {
  const parts = pattern.match(/\\.|[%_]|[^\\%_]+/gsu) ?? [];
  const texts = parts.map((part) => {
    if (part === "%") return ".*";
    if (part === "_") return ".";
    return RegExp.escape(part.startsWith("\\") ? part.slice(1) : part);
  });
  return new RegExp(`^${texts.join("")}$`, "su");
}

/** Whole seconds, as on SQLite. */
function timestampOf(row: Row): string {
  const { year, month, day, hour, minute, second } = (row["write_date"] ?? row["create_date"]) as Record<
    string,
    number
  >;
  return String(Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0) / 1_000);
}

function stampOf(microseconds: number): Stamp {
  const at = new Date(Math.floor(microseconds / 1_000));
  return {
    __class__: "datetime",
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
    microsecond: at.getUTCMilliseconds() * 1_000 + (microseconds % 1_000),
  };
}
