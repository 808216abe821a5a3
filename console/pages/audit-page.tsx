import { Button } from "@mantine/core";
import { useSuspenseInfiniteQuery } from "@tanstack/react-query";
import type { AuditEntry } from "../../src/api/contract.ts";
import { Detail } from "../parts/detail.tsx";
import { DataTable, type Column } from "../parts/data-table.tsx";
import { Empty } from "../parts/empty.tsx";
import { SubjectLink } from "../parts/subject-link.tsx";
import { useTitle } from "../parts/title.ts";
import { auditQuery } from "../queries.ts";

export function AuditPage() {
  useTitle("Audit trail");
  const { data, fetchNextPage, hasNextPage, isFetchingNextPage } = useSuspenseInfiniteQuery(auditQuery);
  const entries = data.pages.flatMap((page) => page.entries);
  return (
    <main className="page">
      <div className="page-head">
        <h1>Audit trail</h1>
        <p className="soft">Who did what, newest first. Entries are only ever added.</p>
      </div>
      <div className="panel">
        {entries.length === 0 ? (
          <Empty title="Nothing has been recorded yet">The first sign-in is the first entry.</Empty>
        ) : (
          <DataTable caption="Audit entries" columns={COLUMNS} rows={entries} rowKey={({ id }) => id} />
        )}
      </div>
      {hasNextPage ? (
        <Button mt={12} variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show earlier entries
        </Button>
      ) : null}
    </main>
  );
}

const COLUMNS: readonly Column<AuditEntry>[] = [
  {
    id: "at",
    header: "When (UTC)",
    value: ({ at }) => at,
    cell: ({ at }) => (
      <time dateTime={at} className="number nowrap">
        {at.slice(0, 19).replace("T", " ")}
      </time>
    ),
  },
  { id: "who", header: "Who", value: ({ who }) => who, cell: ({ who }) => who },
  { id: "what", header: "What", value: ({ what }) => what, cell: ({ what }) => what },
  {
    id: "subject",
    header: "On",
    value: ({ subject }) => subject ?? "",
    cell: ({ subject }) => <SubjectLink subject={subject} />,
  },
  { id: "detail", header: "Detail", cell: ({ detail }) => <Detail of={detail} /> },
];
