import { everyOne, type Sandbox } from "./sandbox.ts";

/** A production order as the sandbox ERP shows it. */
export type ErpOrder = {
  readonly number: string;
  readonly state: string;
  readonly etag: string;
  readonly itemCode: string;
  readonly bomNumber: string;
  readonly quantity: string;
  readonly priority: number;
};

/** A job order as the sandbox MES shows it. */
export type MesJob = {
  readonly number: string;
  readonly externalId: string;
  readonly order: string;
  readonly plant: string;
  readonly version: number;
  readonly state: string;
  readonly quantity: string;
  readonly priority: number;
  readonly etag: string;
  readonly receivedAt: string;
  readonly sequence: number;
  readonly holdReason: string | null;
  readonly refusal: string | null;
};

/** What the ERP was last told of an order. */
export type ErpReport = {
  readonly state: string;
  readonly note: string | null;
  readonly jobNumber: string | null;
  readonly version: number | null;
};

type LogEntry = { readonly action: string; readonly note: string | null };

const ORDERS = "/erp/v1/production-orders";
const JOBS = "/mes/v1/job-orders";

/** What planners and the shop floor do by hand, of one plant. */
export function orderBooks({ erp, mes }: { readonly erp: Sandbox; readonly mes: Sandbox }, plant = "1000") {
  const jobPath = (order: string) => `${JOBS}/${plant}:${order}`;

  async function planned(itemCode: string, quantity: string, more: object = {}): Promise<ErpOrder> {
    return erp.send<ErpOrder>("POST", ORDERS, { plant, itemCode, quantity, ...more });
  }

  async function step(number: string, what: "release" | "start" | "cancel" | "finish", body = {}): Promise<ErpOrder> {
    return erp.send<ErpOrder>("POST", `${ORDERS}/${number}/${what}`, body);
  }

  return {
    planned,
    step,
    async released(itemCode: string, quantity: string, more: object = {}): Promise<ErpOrder> {
      return step((await planned(itemCode, quantity, more)).number, "release");
    },
    orderOf: (number: string) => erp.get<ErpOrder>(`${ORDERS}/${number}`),
    async edit(number: string, change: object): Promise<ErpOrder> {
      const { etag } = await erp.get<ErpOrder>(`${ORDERS}/${number}`);
      return erp.send<ErpOrder>("PATCH", `${ORDERS}/${number}`, change, etag);
    },
    async reportOf(number: string): Promise<ErpReport | null> {
      const { value } = await erp.get<{ value: ErpReport[] }>(
        `/erp/v1/job-reports?plant=${plant}&order=${encodeURIComponent(number)}`,
      );
      return value[0] ?? null;
    },
    jobOf: (number: string) => mes.get<MesJob>(jobPath(number)),
    jobs: () => everyOne<MesJob>(mes, `${JOBS}?plant=${plant}&limit=200`),
    async logOf(number: string): Promise<string[]> {
      const log = await everyOne<LogEntry>(mes, `${jobPath(number)}/log`);
      return log.map(({ action }) => action);
    },
    /** The shop works so long. */
    advance: (seconds: number) => mes.send("POST", "/_sandbox/advance", { seconds }),
  };
}

export type OrderBooksByHand = ReturnType<typeof orderBooks>;
