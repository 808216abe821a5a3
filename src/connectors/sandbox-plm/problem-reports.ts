import type { Http } from "../http/http-client.ts";
import type { ProblemReport, ProblemReports, Receipt } from "../port.ts";
import { shortened } from "../shortened.ts";
import { CONTRACTS } from "./wire.ts";

const PATH = "/api/v2/problem-reports";
/** The PLM's limits. */
const TITLE_MAX = 200;
const DESCRIPTION_MAX = 10_000;
const EVIDENCE_MAX = 100_000;

/** The PLM does not notice that a report comes twice: its occasion finds the first one. */
export function problemReports(http: Http): ProblemReports {
  return {
    file: {
      find: (report) => reportOf(http, report),
      async write(report) {
        return (await reportOf(http, report)) ?? (await file(http, report));
      },
    },
  };
}

/** Open or closed: whoever closed it has dealt with it. */
async function reportOf(http: Http, report: ProblemReport): Promise<Receipt | null> {
  const { value } = await http.read({
    ...placeOf(report),
    path: PATH,
    query: { occasion: report.occasion, limit: 1 },
    answer: CONTRACTS.problemReports,
  });
  const [first] = value;
  return first === undefined ? null : { id: first.reportNumber, version: null };
}

async function file(http: Http, report: ProblemReport): Promise<Receipt> {
  const { item, revision, title, description, evidence, occasion } = report;
  const { reportNumber } = await http.write({
    ...placeOf(report),
    method: "POST",
    path: PATH,
    body: {
      partNumber: item,
      revision,
      title: shortened(title, TITLE_MAX),
      description: shortened(description, DESCRIPTION_MAX),
      evidence: shortened(evidence, EVIDENCE_MAX),
      occasion,
      reportedBy: "heddle",
    },
    answer: CONTRACTS.problemReport,
  });
  return { id: reportNumber, version: null };
}

function placeOf({ item, revision, title }: ProblemReport) {
  return { doing: `filing the problem report "${title}" on ${item} revision ${revision}`, object: item };
}
