import { randomUUID } from "node:crypto";

/**
 * What a Cascadia server keeps, and what it does with it, as far as the connector and its tests can tell: learned
 * by driving a real one, oddities included. For tests.
 */
export type Row = {
  id: string;
  masterId: string;
  itemNumber: string;
  revision: string;
  itemType: string;
  name: string | null;
  state: string;
  isCurrent: boolean;
  createdAt: string;
  modifiedAt: string;
  designId: string | null;
  usageOf: string | null;
  attributes: Record<string, unknown>;
};
/** What its type adds to a row: a part's type and cost, a change order's dates, an issue's description. */
export type TypeRecord = Record<string, unknown>;

export type Relationship = {
  id: string;
  sourceId: string;
  targetId: string;
  relationshipType: string;
  quantity: string | null;
  referenceDesignator: string | null;
  findNumber: number | null;
};
type NewRelationship = Pick<Relationship, "sourceId" | "targetId"> & {
  readonly quantity?: string | null | undefined;
  readonly referenceDesignator?: string | null | undefined;
  readonly findNumber?: number | null | undefined;
};

export type Branch = {
  id: string;
  designId: string;
  name: string;
  branchType: "main" | "eco";
  headCommitId: string;
  changeOrderItemId: string | null;
  isArchived: boolean;
};
type Touched = { itemId: string; changeType: "added" | "modified" | "deleted"; previousItemId: string | null };
export type Commit = {
  id: string;
  branchId: string;
  message: string;
  itemsChanged: number;
  itemsAdded: number;
  itemsDeleted: number;
  changeOrderItemId: string | null;
  revisionsAssigned: Record<string, string> | null;
  createdAt: string;
  readonly touched: readonly Touched[];
};
/** A row as one branch has it. */
type BranchItem = { branchId: string; rowId: string; baseId: string | null; changeType: "added" | "modified" };
export type AffectedItem = {
  id: string;
  changeOrderId: string;
  affectedItemId: string;
  changeAction: "release" | "revise" | "obsolete";
  currentRevision: null;
  targetRevision: string | null;
  workingCopyId: string | null;
};

/** A request that cannot be done, as Cascadia words it. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const PREFIXES: Record<string, string> = { ChangeOrder: "ECO", Issue: "ISS", Part: "PRT" };

export type CascadiaState = ReturnType<typeof makeState>;

export function makeState() {
  const rows = new Map<string, Row>();
  const records = new Map<string, TypeRecord>();
  const relationships = new Map<string, Relationship>();
  const designs: { id: string; code: string; name: string; defaultBranchId: string }[] = [];
  const branches: Branch[] = [];
  const commits: Commit[] = [];
  const branchItems: BranchItem[] = [];
  const affected: AffectedItem[] = [];
  const workflows = new Set<string>();
  let numbers = 0;
  let clock = Date.parse("2026-01-05T08:00:00.000Z");
  /** Every event has its own millisecond, so that what sorts by time has one order. */
  const now = () => new Date((clock += 1)).toISOString();

  function row(id: string): Row {
    const found = rows.get(id);
    if (found === undefined) throw new Refused(404, "RESOURCE_NOT_FOUND", `Item with ID '${id}' was not found`);
    return found;
  }

  function mainOf(designId: string): Branch {
    const main = branches.find((branch) => branch.designId === designId && branch.branchType === "main");
    if (main === undefined) throw new Refused(404, "RESOURCE_NOT_FOUND", `Design with ID '${designId}' was not found`);
    return main;
  }

  function commit(
    branch: Branch,
    message: string,
    touched: readonly Touched[],
    release: Pick<Commit, "changeOrderItemId" | "revisionsAssigned"> = {
      changeOrderItemId: null,
      revisionsAssigned: null,
    },
  ): void {
    const counted = (changeType: string) => touched.filter((one) => one.changeType === changeType).length;
    const made: Commit = {
      id: randomUUID(),
      branchId: branch.id,
      message,
      itemsChanged: counted("modified"),
      itemsAdded: counted("added"),
      itemsDeleted: counted("deleted"),
      ...release,
      createdAt: now(),
      touched,
    };
    commits.unshift(made);
    branch.headCommitId = made.id;
  }

  function openBranch(designId: string, name: string, changeOrderItemId: string | null): Branch {
    const branchType = changeOrderItemId === null ? "main" : "eco";
    const branch: Branch = {
      id: randomUUID(),
      designId,
      name,
      branchType,
      headCommitId: "",
      changeOrderItemId,
      isArchived: false,
    };
    branches.unshift(branch);
    commit(branch, branchType === "main" ? "Initial commit" : `ChangeOrder ${name} created`, []);
    return branch;
  }

  function createDesign(code: string, name: string) {
    const id = randomUUID();
    const design = { id, code, name, defaultBranchId: openBranch(id, "main", null).id };
    designs.push(design);
    return design;
  }

  function addRow(
    itemType: string,
    data: { readonly itemNumber?: string; readonly [member: string]: unknown },
    record: TypeRecord | null,
  ): Row {
    const at = now();
    const made: Row = {
      id: randomUUID(),
      masterId: randomUUID(),
      itemNumber: data.itemNumber ?? `${PREFIXES[itemType] ?? "ITM"}-${String((numbers += 1)).padStart(6, "0")}`,
      revision: "-",
      itemType,
      name: null,
      state: itemType === "Issue" ? "Open" : "Draft",
      isCurrent: true,
      createdAt: at,
      modifiedAt: at,
      designId: null,
      usageOf: null,
      attributes: {},
      ...(data as Partial<Row>),
    };
    rows.set(made.id, made);
    if (record !== null) records.set(made.id, { ...record, itemId: made.id });
    return made;
  }

  /** A part on main, or as a draft on a change order's branch. */
  function createPart(data: Record<string, unknown>, record: TypeRecord, branchId?: string): Row {
    const made = addRow("Part", { ...data, ...(branchId === undefined ? {} : { revision: "DRAFT" }) }, record);
    const branch = branches.find(({ id }) => id === branchId) ?? mainOf(made.designId ?? "");
    if (branchId !== undefined) branchItems.push({ branchId, rowId: made.id, baseId: null, changeType: "added" });
    commit(branch, `Part ${made.itemNumber} created`, [{ itemId: made.id, changeType: "added", previousItemId: null }]);
    return made;
  }

  /** A part of another design to use in this one: a row and a revision count of its own under the same number. */
  function standIn(designId: string, definitionId: string): Row {
    const { itemNumber, name, attributes } = row(definitionId);
    const data = { itemNumber, name, attributes, designId, usageOf: definitionId };
    return addRow("Part", data, { ...records.get(definitionId) });
  }

  /** Where an edit of a row is committed: a row that came from a branch keeps belonging to it. */
  function homeOf(rowId: string): Branch {
    const from = branchItems.find((item) => item.rowId === rowId)?.branchId;
    return branches.find(({ id }) => id === from) ?? mainOf(row(rowId).designId ?? "");
  }

  function noteEdit(rowId: string, message: string): void {
    commit(homeOf(rowId), message, [{ itemId: rowId, changeType: "modified", previousItemId: null }]);
  }

  /** One usage for each pair of rows; the amount keeps three decimals. */
  function insertUsage(line: NewRelationship): void {
    const { sourceId, targetId, quantity, referenceDesignator, findNumber } = line;
    const isThere = [...relationships.values()].some((one) => one.sourceId === sourceId && one.targetId === targetId);
    if (isThere) return;
    const id = randomUUID();
    relationships.set(id, {
      id,
      sourceId,
      targetId,
      relationshipType: "BOM",
      quantity: quantity == null ? null : Number(quantity).toFixed(3),
      referenceDesignator: referenceDesignator ?? null,
      findNumber: findNumber ?? null,
    });
  }

  function addUsage(line: NewRelationship): void {
    insertUsage(line);
    noteEdit(line.sourceId, `Added BOM relationship: ${row(line.sourceId).itemNumber}`);
  }

  function editUsage(id: string, change: Partial<Relationship>): Relationship {
    const line = relationships.get(id);
    if (line === undefined) throw new Refused(404, "RESOURCE_NOT_FOUND", `Relationship with ID '${id}' was not found`);
    Object.assign(line, change, change.quantity == null ? {} : { quantity: Number(change.quantity).toFixed(3) });
    noteEdit(line.sourceId, `Updated BOM relationship: ${row(line.sourceId).itemNumber}`);
    return line;
  }

  function removeUsage(id: string): void {
    const line = relationships.get(id);
    if (line === undefined) throw new Refused(404, "RESOURCE_NOT_FOUND", `Relationship with ID '${id}' was not found`);
    relationships.delete(id);
    const [source, target] = [row(line.sourceId).itemNumber, row(line.targetId).itemNumber];
    noteEdit(line.sourceId, `Removed BOM relationship: ${source} → ${target}`);
  }

  function usagesOf(sourceId: string): readonly Relationship[] {
    return [...relationships.values()].filter((line) => line.sourceId === sourceId);
  }

  function branchFor(changeOrderId: string, designId: string): Branch {
    const held = branches.find((one) => one.changeOrderItemId === changeOrderId && one.designId === designId);
    return held ?? openBranch(designId, `eco/${row(changeOrderId).itemNumber}`, changeOrderId);
  }

  /** Revising makes a working copy on the branch, without the usages of what it revises. */
  function affect(
    changeOrderId: string,
    affectedItemId: string,
    changeAction: AffectedItem["changeAction"],
  ): AffectedItem {
    const item = row(affectedItemId);
    const branch = branchFor(changeOrderId, item.designId ?? "");
    const line: AffectedItem = {
      id: randomUUID(),
      changeOrderId,
      affectedItemId,
      changeAction,
      currentRevision: null,
      targetRevision: null,
      workingCopyId: null,
    };
    if (changeAction === "revise") {
      const at = now();
      const copy = {
        ...item,
        id: randomUUID(),
        revision: `-${branch.id.slice(0, 8)}`,
        state: "Draft",
        isCurrent: false,
      };
      rows.set(copy.id, { ...copy, createdAt: at, modifiedAt: at });
      records.set(copy.id, { ...records.get(item.id), itemId: copy.id });
      branchItems.push({ branchId: branch.id, rowId: copy.id, baseId: item.id, changeType: "modified" });
      noteEdit(copy.id, `Started revision of ${item.itemNumber}`);
      line.workingCopyId = copy.id;
      line.targetRevision = nextRevision(item.revision);
    }
    affected.push(line);
    return line;
  }

  /** The state changes first, then the branches are merged, then it is closed. */
  function transition(changeOrderId: string, toStateId: string): void {
    const order = row(changeOrderId);
    Object.assign(order, { state: toStateId, modifiedAt: now() });
    if (toStateId !== "Approved") return;
    const merged = branches
      .filter((branch) => branch.changeOrderItemId === changeOrderId)
      .filter((branch) => {
        branch.isArchived = true;
        return mergeBranch(branch, order);
      });
    if (merged.length === 0) releaseDirectly(order);
    records.set(order.id, { ...records.get(order.id), closedAt: now() });
  }

  function mergeBranch(branch: Branch, order: Row): boolean {
    const changed = branchItems.filter(({ branchId }) => branchId === branch.id);
    if (changed.length === 0) return false;
    const releasedOf = new Map<string, string>();
    const revisionsAssigned: Record<string, string> = {};
    const touched = changed.map((item): Touched => {
      const one = row(item.rowId);
      if (item.changeType === "added") {
        // The released row is a copy, and its part record stays behind.
        const copy = { ...one, id: randomUUID(), revision: "A", state: "Released", modifiedAt: now() };
        rows.set(copy.id, copy);
        one.isCurrent = false;
        releasedOf.set(one.id, copy.id);
        revisionsAssigned[copy.itemNumber] = copy.revision;
        return { itemId: copy.id, changeType: "added", previousItemId: null };
      }
      const base = row(item.baseId ?? "");
      const current = [...rows.values()].find(({ masterId, isCurrent }) => masterId === one.masterId && isCurrent);
      Object.assign(one, {
        revision: nextRevision((current ?? base).revision),
        state: "Released",
        isCurrent: true,
        modifiedAt: now(),
      });
      base.isCurrent = false; // its state stays "Released"
      releasedOf.set(base.id, one.id);
      revisionsAssigned[one.itemNumber] = one.revision;
      return { itemId: one.id, changeType: "modified", previousItemId: base.id };
    });
    // The usages of the old revision are copied to the new one, behind what the branch added to it.
    for (const item of changed) {
      const from = item.baseId ?? item.rowId;
      for (const { id: _, ...line } of usagesOf(from)) {
        insertUsage({
          ...line,
          sourceId: releasedOf.get(from) ?? "",
          targetId: releasedOf.get(line.targetId) ?? line.targetId,
        });
      }
    }
    const message = `Merged ECO branch: ${branch.name}`;
    commit(mainOf(branch.designId), message, touched, { changeOrderItemId: order.id, revisionsAssigned });
    return true;
  }

  function releaseDirectly(order: Row): void {
    const lines = affected.filter(({ changeOrderId }) => changeOrderId === order.id);
    if (lines.length === 0) {
      throw new Refused(400, "VALIDATION_FAILED", "No affected items or designs associated with this ECO");
    }
    const ofDesign = Map.groupBy(lines, ({ affectedItemId }) => row(affectedItemId).designId ?? "");
    for (const [designId, own] of ofDesign) {
      const revisionsAssigned: Record<string, string> = {};
      const touched: Touched[] = [];
      for (const { affectedItemId, changeAction } of own) {
        const part = row(affectedItemId);
        const isRelease = changeAction === "release";
        const change = isRelease ? { state: "Released", revision: "A" } : { state: "Obsolete" };
        Object.assign(part, change, { modifiedAt: now() });
        noteEdit(part.id, `Part ${part.itemNumber} updated`);
        if (!isRelease) continue;
        revisionsAssigned[part.itemNumber] = "A";
        touched.push({ itemId: part.id, changeType: "added", previousItemId: null });
      }
      if (touched.length === 0) continue;
      const message = `Released via ECO: ${order.itemNumber}`;
      commit(mainOf(designId), message, touched, { changeOrderItemId: order.id, revisionsAssigned });
    }
  }

  return {
    rows,
    records,
    designs,
    branches,
    commits,
    affected,
    workflows,
    row,
    now,
    createDesign,
    addRow,
    createPart,
    standIn,
    addUsage,
    editUsage,
    removeUsage,
    usagesOf,
    relationships,
    affect,
    transition,
  };
}

function nextRevision(revision: string): string {
  return String.fromCharCode(revision.charCodeAt(0) + 1);
}
