import { useState, type ReactNode } from "react";
import { Button } from "@mantine/core";

/** The first of many, and a button for the others: so many that a page stays quick. */
export function useFirst<Row>(rows: readonly Row[], max: number): readonly [first: readonly Row[], others: ReactNode] {
  const [isWhole, setWhole] = useState(false);
  if (isWhole || rows.length <= max) return [rows, null];
  const others = (
    <p className="panel-body">
      <Button variant="default" size="compact-sm" onClick={() => setWhole(true)}>
        Show all {rows.length.toLocaleString("en")}
      </Button>{" "}
      <span className="soft small">The first {max.toLocaleString("en")} are shown.</span>
    </p>
  );
  return [rows.slice(0, max), others];
}
