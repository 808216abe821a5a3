import { NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { KpiRow } from "../../src/api/contract.ts";
import { naturalOrder } from "../../src/domain/natural-order.ts";
import { GROUP_NAMES, type Group } from "./metrics.ts";
import { kpisQuery } from "./production-queries.ts";
import { groupOf, type ProductionSearch } from "./production-search.ts";

/** What is chosen of all that was made: every choice goes into the address. */
export function FiguresFilter({ search, choices }: { search: ProductionSearch; choices: readonly KpiRow[] }) {
  const { plant, item, revision, operation, workCenter, from, until } = search;
  const navigate = useNavigate({ from: "/production" });
  const { data: inside } = useQuery(kpisQuery({ plant, item, from, until }, ["revision", "operation", "workCenter"]));
  const choose = (choice: ProductionSearch) => void navigate({ search: (held) => ({ ...held, ...choice }) });
  const ofPlant = choices.filter((row) => plant === undefined || row.plant === plant);
  const rows = inside?.rows ?? [];
  const narrowed = { revision: undefined, operation: undefined, by: undefined, change: undefined };
  return (
    <form className="filters" aria-label="What is shown" onSubmit={(event) => event.preventDefault()}>
      <Choice
        label="Plant"
        all="all plants"
        value={plant}
        choices={namesIn(choices, "plant")}
        onChoose={(chosen) => choose({ ...narrowed, plant: chosen, item: undefined, workCenter: undefined })}
      />
      <Choice
        label="Item"
        all="choose an item"
        value={item}
        choices={namesIn(ofPlant, "item")}
        onChoose={(chosen) => choose({ ...narrowed, item: chosen, workCenter: undefined })}
      />
      {item === undefined ? null : (
        <>
          <Choice
            label="Revision"
            all="all revisions"
            value={revision}
            choices={namesIn(rows, "revision")}
            onChoose={(chosen) => choose({ revision: chosen })}
          />
          <Choice
            label="Operation"
            all="all operations"
            value={operation}
            choices={namesIn(rows, "operation")}
            onChoose={(chosen) => choose({ operation: chosen, by: undefined })}
          />
        </>
      )}
      <Choice
        label="Work center"
        all={item === undefined ? "choose a work center" : "all work centers"}
        value={workCenter}
        choices={namesIn(rows, "workCenter")}
        onChoose={(chosen) => choose({ workCenter: chosen, by: undefined })}
      />
      <Day label="From" value={from} onChoose={(day) => choose({ from: day })} />
      <Day label="Until" value={until} onChoose={(day) => choose({ until: day })} />
      {item === undefined && workCenter === undefined ? null : (
        <NativeSelect
          size="xs"
          label="Apart by"
          value={groupOf(search)}
          data={groupsFor(search).map((group) => ({ value: group, label: GROUP_NAMES[group] }))}
          onChange={({ currentTarget }) => choose({ by: currentTarget.value as Group })}
        />
      )}
    </form>
  );
}

/** What it makes sense to tell apart in what was chosen. */
function groupsFor({ item, revision, operation, workCenter }: ProductionSearch): readonly Group[] {
  if (item === undefined) return ["none", "item", "operation", "shift"];
  return [
    "none",
    ...(operation === undefined ? (["operation"] as const) : []),
    ...(revision === undefined ? (["revision"] as const) : []),
    ...(workCenter === undefined ? (["workCenter"] as const) : []),
    "changes",
    "shift",
  ];
}

type ChoiceProps = {
  readonly label: string;
  readonly all: string;
  readonly value: string | undefined;
  readonly choices: readonly string[];
  readonly onChoose: (chosen: string | undefined) => void;
};

function Choice({ label, all, value, choices, onChoose }: ChoiceProps) {
  const offered = value === undefined || choices.includes(value) ? choices : [...choices, value];
  return (
    <NativeSelect
      size="xs"
      label={label}
      value={value ?? ""}
      data={[{ value: "", label: all }, ...offered]}
      onChange={({ currentTarget }) => onChoose(currentTarget.value || undefined)}
    />
  );
}

type DayProps = {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChoose: (day: string | undefined) => void;
};

function Day({ label, value, onChoose }: DayProps) {
  return (
    <TextInput
      size="xs"
      type="date"
      label={label}
      value={value ?? ""}
      onChange={({ currentTarget }) => onChoose(currentTarget.value || undefined)}
    />
  );
}

function namesIn(rows: readonly KpiRow[], part: "plant" | "item" | "revision" | "operation" | "workCenter") {
  const names = new Set(rows.flatMap((row) => (row[part] === null ? [] : [row[part]])));
  return [...names].toSorted(naturalOrder);
}
