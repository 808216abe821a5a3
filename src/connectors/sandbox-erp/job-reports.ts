import { isDeepStrictEqual } from "node:util";
import type { Http } from "../http/http-client.ts";
import type { JobReport, Receipt, Write } from "../port.ts";
import { shortened } from "../shortened.ts";
import { readListOf } from "./list.ts";
import { fromJobReport } from "./order-mapping.ts";
import { CONTRACTS } from "./wire.ts";

const PATH = "/erp/v1/job-reports";
const NAMES_MAX = 200;

/** What the ERP shows of orders in an MES. A report stands under its order, so it is put and compared, never added. */
export function jobReports(http: Http): Write<readonly JobReport[]> {
  return {
    async find(reports) {
      const list = { doing: "reading job reports", path: PATH, query: {}, answer: CONTRACTS.jobReports };
      const orders = reports.map(({ order }) => order);
      const standing = new Map((await readListOf(http, list, "order", orders)).map((one) => [one.order, one]));
      const isDone = reports.map(fromJobReport).every((wanted) => {
        const { reportedAt: _when, ...held } = standing.get(wanted.order) ?? {};
        return isDeepStrictEqual(held, wanted);
      });
      return isDone ? receiptOf(reports) : null;
    },
    async write(reports) {
      const { id: object } = receiptOf(reports);
      await http.write({
        doing: `reporting how ${object} fare in the MES`,
        object,
        method: "PUT",
        path: PATH,
        body: { reports: reports.map(fromJobReport) },
        answer: CONTRACTS.jobReportsPut,
      });
      return receiptOf(reports);
    },
  };
}

/** The ERP has no name for a list of reports: their orders name it. */
function receiptOf(reports: readonly JobReport[]): Receipt {
  return { id: shortened(reports.map(({ order }) => order).join(", "), NAMES_MAX), version: null };
}
