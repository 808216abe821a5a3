import { ConnectorError } from "../connector-error.ts";
import { path, type Http } from "../http/http-client.ts";
import type { ProblemReport, ProblemReports, Receipt } from "../port.ts";
import { shortened } from "../shortened.ts";
import { revisionRows } from "./parts.ts";
import { CONTRACTS, type Issue, type Part } from "./wire.ts";

/** Cascadia's limits. */
const TITLE_MAX = 500;
const DESCRIPTION_MAX = 10_000;

/**
 * Files issues. An issue made with an API key comes without its part (only the import makes one, and it knows no
 * parts), so a second request links it. The occasion stands in the last line of the description and finds it again.
 */
export function problemReports(http: Http): ProblemReports {
  return {
    file: {
      async find(report) {
        const issue = await issueOf(http, report);
        // Without its part it is half done: the write goes on where it stopped.
        return issue === null || !isLinked(issue) ? null : receiptOf(issue);
      },
      async write(report) {
        const part = await partOf(http, report);
        const issue = (await issueOf(http, report)) ?? (await importIssue(http, report));
        if (!isLinked(issue)) await link(http, issue, part, report);
        return receiptOf(issue);
      },
    },
  };
}

function isLinked({ affectedItemIds = [] }: Issue): boolean {
  return affectedItemIds.length > 0;
}

function receiptOf({ itemNumber }: { readonly itemNumber: string }): Receipt {
  return { id: itemNumber, version: null };
}

function reference({ occasion }: ProblemReport): string {
  return `Heddle reference: ${occasion}`;
}

function placeOf({ item, revision, title }: ProblemReport) {
  return { doing: `filing the problem report "${title}" on ${item} revision ${revision}`, object: item };
}

async function partOf(http: Http, report: ProblemReport): Promise<Part> {
  const { item, revision } = report;
  const [part] = await revisionRows(http, item, revision);
  if (part !== undefined) return part;
  const cause = `there is no part ${item} in revision ${revision}`;
  throw new ConnectorError("not found", { system: http.system, ...placeOf(report), field: "revision", cause });
}

async function issueOf(http: Http, report: ProblemReport): Promise<Issue | null> {
  const { data } = await http.read({
    ...placeOf(report),
    path: "/api/v1/items",
    query: { itemType: "Issue", columnFilters: JSON.stringify({ description: asPattern(reference(report)) }) },
    answer: CONTRACTS.issues,
  });
  const found = data.items.find(({ description }) => description?.endsWith(reference(report)));
  if (found === undefined) return null;
  // The list leaves out which parts an issue is about.
  const one = await http.read({
    ...placeOf(report),
    path: path`/api/v1/issues/${found.id}`,
    answer: CONTRACTS.issue,
  });
  return one.data.issue;
}

/** The filter is an SQL pattern. */
function asPattern(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}

async function importIssue(http: Http, report: ProblemReport): Promise<Issue> {
  const end = `\n\n${reference(report)}`;
  const text = `${report.description}\n\n${report.evidence}`;
  const row = {
    name: shortened(report.title, TITLE_MAX),
    description: shortened(text, DESCRIPTION_MAX - end.length) + end,
    category: "Manufacturing",
  };
  const { data } = await http.write({
    ...placeOf(report),
    method: "POST",
    path: "/api/v1/import/issues",
    body: { rows: [row] },
    answer: CONTRACTS.imported,
  });
  const [{ itemId: id, itemNumber } = { itemId: "", itemNumber: "" }] = data.result.createdItems;
  return { id, itemNumber, description: row.description };
}

async function link(http: Http, issue: Issue, part: Part, report: ProblemReport): Promise<void> {
  await http.write({
    ...placeOf(report),
    method: "PUT",
    path: path`/api/v1/issues/${issue.id}`,
    body: { affectedItemIds: [part.id], ...(part.designId === null ? {} : { designIds: [part.designId] }) },
    answer: CONTRACTS.issue,
  });
}
