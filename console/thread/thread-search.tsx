import { useState } from "react";
import { Autocomplete, Button } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { nodeText } from "../../src/domain/trace/node-name.ts";
import { threadSearchQuery } from "../queries.ts";

/** Finds anything in the thread by its number or its beginning; what begins so is offered while one types. */
export function ThreadSearchBox({ text }: { text: string }) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState(text);
  const [settled] = useDebouncedValue(typed.trim(), 200);
  const { data } = useQuery({ ...threadSearchQuery(settled), enabled: settled !== "" });
  const nodes = settled === "" ? [] : (data?.nodes ?? []);
  const byName = new Map(nodes.map((node) => [`${nodeText(node)}, in ${node.system}`, node]));
  return (
    <form
      className="thread-search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const chosen = byName.get(typed);
        if (chosen !== undefined) void navigate({ to: "/thread", search: { ...chosen } });
        else if (typed.trim() !== "") void navigate({ to: "/thread", search: { text: typed.trim() } });
      }}
    >
      <Autocomplete
        aria-label="Serial, lot, item, order, change or report"
        placeholder="SN-1, L-7, FX-110, MO-5001, ECO-0001"
        value={typed}
        onChange={setTyped}
        data={[...byName.keys()]}
        filter={({ options }) => options}
        onOptionSubmit={(name) => {
          const chosen = byName.get(name);
          if (chosen !== undefined) void navigate({ to: "/thread", search: { ...chosen } });
        }}
        comboboxProps={{ withinPortal: false }}
        w={360}
        maw="100%"
      />
      <Button type="submit">Trace</Button>
    </form>
  );
}
