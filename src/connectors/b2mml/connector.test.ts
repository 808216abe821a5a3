import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { ItemId, SystemId } from "../../domain/ids.ts";
import type { JobOrder } from "../../domain/job-order.ts";
import { quantityText } from "../../domain/quantity.ts";
import { rational } from "../../domain/rational.ts";
import { ConnectorError } from "../connector-error.ts";
import type { IdempotencyKey, Jobs } from "../port.ts";
import { makeConnector } from "../registry.ts";
import { startB2mmlOverHttp, startB2mmlOverMqtt, type MesOptions, type RunningB2mml } from "./harness.ts";
import { sampleJob } from "./testing.ts";
import { child, childrenOf, textOf } from "./xml.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function started(options: MesOptions = {}, start = startB2mmlOverHttp): Promise<RunningB2mml> {
  const running = await start(options);
  closing.push(running.close);
  return running;
}

let keys = 0;
const nextKey = () => `key-${(keys += 1)}` as IdempotencyKey;

async function jobIn({ jobs }: { readonly jobs: Jobs }, job: JobOrder) {
  const held = (await jobs.read([job.id])).get(job.id);
  if (held === undefined) throw new Error(`the MES shows no job ${job.id}`);
  return held;
}

async function failureOf(attempt: Promise<unknown>): Promise<ConnectorError> {
  const error: unknown = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConnectorError);
  return error as ConnectorError;
}

/** A job's life is the same story over both transports, in both editions and by both kinds of verbs. */
describe.each([
  ["HTTP, edition 7.01, process", startB2mmlOverHttp, { workMasters: true }],
  ["HTTP, edition 7.01, sync", startB2mmlOverHttp, { verbs: "sync", workMasters: true }],
  ["HTTP, edition 6, process", startB2mmlOverHttp, { edition: "6", workMasters: true }],
  ["HTTP, edition 6, sync", startB2mmlOverHttp, { edition: "6", verbs: "sync" }],
  ["MQTT, edition 7.01, process", startB2mmlOverMqtt, {}],
  ["MQTT, edition 6, sync", startB2mmlOverMqtt, { edition: "6", verbs: "sync", workMasters: true }],
] as const)("a job over %s", (_name, start, options) => {
  it("is dispatched, changed, held, released, made and looked at", async () => {
    const { connector, mes } = await started(options, start);
    const { jobs } = connector;
    const job = sampleJob("MO-5001");

    const receipt = await jobs.dispatch.write(job, nextKey());
    expect(receipt).toEqual({ id: "MES-000001", version: "1 ready" });
    expect((await jobIn(connector, job)).value).toMatchObject({ version: 1, state: "ready", number: "MES-000001" });

    const later = { ...job, version: 2, quantity: { amount: rational(8n), unit: "EA" } } as const;
    const changed = await jobs.change.write({ value: later, expected: receipt.version }, nextKey());
    expect(changed.version).toBe("2 ready");

    const held = await jobs.hold.write({ job: job.id, reason: "wrong drawing", expected: "2 ready" }, nextKey());
    expect(held.version).toBe("2 waiting");
    const released = await jobs.release.write({ job: job.id, expected: "2 waiting" }, nextKey());
    expect(released.version).toBe("2 ready");

    mes.start(job.id);
    await jobs.hold.write({ job: job.id, reason: "check the bearing", expected: "2 running" }, nextKey());
    expect((await jobIn(connector, job)).value.state).toBe("interrupted");
    await jobs.release.write({ job: job.id, expected: "2 interrupted" }, nextKey());
    mes.report(job.id, "7", "1.5");
    mes.complete(job.id);
    const { value } = await jobIn(connector, job);
    expect(value).toMatchObject({ state: "completed", version: 2, cancellation: null, refusal: null });
    expect([quantityText(value.good), quantityText(value.scrap)]).toEqual(["7 EA", "1.5 EA"]);
  });

  it("is seen by polling each time that it moved, and only then", async () => {
    const { connector, mes } = await started(options, start);
    const { jobs } = connector;
    const all = [sampleJob("MO-1"), sampleJob("MO-2"), sampleJob("O'Brien & 3")];
    for (const job of all) await jobs.dispatch.write(job, nextKey());
    const first = await jobs.changedSince(null);
    expect(first).toMatchObject({ ids: all.map(({ id }) => id), more: false });
    expect(await jobs.changedSince(first.cursor)).toEqual({ ...first, ids: [] });

    mes.start("1000:O'Brien & 3");
    mes.report("1000:MO-2", "1", "0");
    const second = await jobs.changedSince(first.cursor);
    expect(second.ids).toEqual(["1000:O'Brien & 3", "1000:MO-2"]);
    mes.report("1000:O'Brien & 3", "2", "0");
    const third = await jobs.changedSince(second.cursor);
    expect(third.ids).toEqual(["1000:O'Brien & 3"]);
    expect(await jobs.changedSince(third.cursor)).toEqual({ ...third, ids: [] });
  });
});

describe("a change", () => {
  it("that a started job does not take is refused in the MES's words, which stay with the job", async () => {
    const { connector, mes } = await started();
    const job = sampleJob("MO-1");
    await connector.jobs.dispatch.write(job, nextKey());
    mes.start(job.id);
    const { version } = await jobIn(connector, job);
    const attempt = connector.jobs.change.write({ value: { ...job, version: 2 }, expected: version }, nextKey());
    const error = await failureOf(attempt);
    expect(error.kind).toBe("rejected");
    expect(error.at).toMatchObject({
      object: "1000:MO-1",
      cause: "Started: Job 1000:MO-1 is Running; its operator must agree",
    });
    expect((await jobIn(connector, job)).value.refusal).toBe("Job 1000:MO-1 is Running; its operator must agree");
  });

  it("of a job that the MES does not have is not found", async () => {
    const { connector } = await started();
    const attempt = connector.jobs.change.write({ value: sampleJob("MO-9"), expected: "1 ready" }, nextKey());
    expect((await failureOf(attempt)).kind).toBe("not found");
  });
});

describe("a cancellation", () => {
  it("of a job not begun is done at once", async () => {
    const { connector } = await started();
    const job = sampleJob("MO-1");
    await connector.jobs.dispatch.write(job, nextKey());
    await connector.jobs.cancel.write({ job: job.id, reason: "no longer needed" }, nextKey());
    expect((await jobIn(connector, job)).value).toMatchObject({ state: "cancelled", cancellation: "done" });
  });

  it.each(["too late", "partly done"] as const)("of a running job is asked, and answered later: %s", async (answer) => {
    const { connector, mes } = await started();
    const job = sampleJob("MO-1");
    await connector.jobs.dispatch.write(job, nextKey());
    mes.start(job.id);
    await connector.jobs.cancel.write({ job: job.id, reason: "no longer needed" }, nextKey());
    expect((await jobIn(connector, job)).value).toMatchObject({ state: "running", cancellation: "asked" });
    mes.answerCancel(job.id, answer, "three of ten are made");
    const { value } = await jobIn(connector, job);
    expect(value).toMatchObject({ cancellation: answer, refusal: "three of ten are made" });
    expect(value.state).toBe(answer === "too late" ? "running" : "aborted");
  });

  it("that comes too late is an answer, not an error", async () => {
    const { connector, mes } = await started();
    const job = sampleJob("MO-1");
    await connector.jobs.dispatch.write(job, nextKey());
    mes.complete(job.id);
    await connector.jobs.cancel.write({ job: job.id, reason: "no longer needed" }, nextKey());
    expect((await jobIn(connector, job)).value).toMatchObject({ state: "completed", cancellation: "too late" });
  });
});

describe("a dispatch", () => {
  it("of a job that stands there in another version is a version conflict", async () => {
    const { connector } = await started();
    const job = sampleJob("MO-1");
    await connector.jobs.dispatch.write(job, nextKey());
    const error = await failureOf(connector.jobs.dispatch.write({ ...job, version: 3 }, nextKey()));
    expect(error.kind).toBe("version conflict");
  });

  it.each([
    ["UnknownUnit", "Unit CEN is not known here", "rejected"],
    ["Busy", "Shift change, come back later", "overloaded"],
    ["AccessDenied", "heddle may not dispatch", "access denied"],
  ] as const)("that the MES refuses as %s tells its words", async (code, words, kind) => {
    const { connector, mes } = await started();
    mes.refuseNext(code, words);
    const error = await failureOf(connector.jobs.dispatch.write(sampleJob("MO-1"), nextKey()));
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(words);
    expect(await connector.jobs.dispatch.find(sampleJob("MO-1"), nextKey())).toBeNull();
  });

  it("of what B2MML cannot say names job and field, and sends nothing", async () => {
    const { connector, mes } = await started();
    const job = sampleJob("MO-1", { item: "FX\n200" as ItemId });
    const key = nextKey();
    const error = await failureOf(connector.jobs.dispatch.write(job, key));
    expect(error.kind).toBe("rejected");
    expect(error.at).toMatchObject({ system: "mes", object: "1000:MO-1", field: "item" });
    expect(mes.timesDone(key)).toBe(0);
  });

  it("of many: one that is refused does not touch the others", async () => {
    const { connector, mes } = await started();
    mes.refuseNext("UnknownWorkCenter", "There is no POTTING");
    const all = Array.from({ length: 20 }, (_, i) => connector.jobs.dispatch.write(sampleJob(`MO-${i}`), nextKey()));
    const ended = await Promise.allSettled(all);
    expect(ended.filter(({ status }) => status === "fulfilled")).toHaveLength(19);
  });
});

it("sends the routing ahead as a work master, once for its version", async () => {
  const { connector, mes } = await started({ workMasters: true });
  await connector.jobs.dispatch.write(sampleJob("MO-1"), nextKey());
  await connector.jobs.dispatch.write(sampleJob("MO-2"), nextKey());
  expect([...mes.masters.keys()]).toEqual(["FX-200 RTG-000012"]);
  const [master] = mes.masters.values();
  const steps = master === undefined ? [] : childrenOf(master, "WorkMasterChild");
  expect(
    steps.map((step) => [textOf(step, "ID"), textOf(child(step, "EquipmentSpecification"), "EquipmentID")]),
  ).toEqual([
    ["0010", "PRESS-1"],
    ["0020", "POTTING"],
  ]);
});

it("reads more jobs than one message names", async () => {
  const { connector } = await started();
  const many = Array.from({ length: 120 }, (_, i) => sampleJob(`MO-${i}`));
  for (const job of many) await connector.jobs.dispatch.write(job, nextKey());
  const held = await connector.jobs.read([...many, ...many, sampleJob("NONE")].map(({ id }) => id));
  expect(held.size).toBe(120);
});

/** An MES that always gives one answer. */
async function answering(status: number, body: string): Promise<{ readonly jobs: Jobs }> {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo;
  const settings = { transport: "http", url: `http://127.0.0.1:${port}/`, apiKey: "secret-key", attempts: 1 };
  const { jobs } = makeConnector("b2mml", "mes" as SystemId, settings);
  if (jobs === undefined) throw new Error("the connector has no jobs");
  return { jobs };
}

const shown = (job: string) =>
  `<ShowWorkSchedule xmlns="http://www.mesa.org/xml/B2MML" releaseID="7"><DataArea><Show/><WorkSchedule><WorkRequest>${job}` +
  "</WorkRequest></WorkSchedule></DataArea></ShowWorkSchedule>";
const confirmed = (status: string) =>
  '<ConfirmBOD xmlns="http://www.mesa.org/xml/B2MML"><DataArea><Confirm><ResponseCriteria>' +
  `<ResponseExpression actionCode="Rejected"/><ChangeStatus>${status}</ChangeStatus></ResponseCriteria></Confirm>` +
  "<BOD/></DataArea></ConfirmBOD>";

describe("a bad answer", () => {
  it.each([
    ["Version", "is missing", "<JobOrder><ID>1000:MO-1</ID><DispatchStatus>Ready</DispatchStatus></JobOrder>"],
    [
      "DispatchStatus",
      'is "Asleep"',
      '<JobOrder><ID>1000:MO-1</ID><Version>1</Version><DispatchStatus OtherValue="Asleep">Other</DispatchStatus></JobOrder>',
    ],
    [
      "UnitOfMeasure",
      'is "FURLONG"',
      "<JobOrder><ID>1000:MO-1</ID><Version>1</Version><DispatchStatus>Ready</DispatchStatus><MaterialRequirement>" +
        "<MaterialUse>Produced</MaterialUse><Quantity><QuantityString>1</QuantityString><UnitOfMeasure>FURLONG" +
        "</UnitOfMeasure></Quantity></MaterialRequirement></JobOrder>",
    ],
  ])("names system, job and field %s", async (field, problem, job) => {
    const { jobs } = await answering(200, shown(job));
    const error = await failureOf(jobs.read([sampleJob("MO-1").id]));
    expect(error.kind).toBe("contract broken");
    expect(error.at).toMatchObject({ system: "mes", object: "1000:MO-1", field });
    expect(error.at.cause).toContain(problem);
  });

  it.each([
    ["a document type", '<!DOCTYPE a [<!ENTITY b "c">]><ConfirmBOD xmlns="http://www.mesa.org/xml/B2MML"/>', "DOCTYPE"],
    ["a page", "<html><body>Sign in</body></html>", "<html>"],
    ["half a message", shown("").slice(0, 100), "not well-formed"],
    [
      "the answer to another message",
      shown("").replace("<Show/>", "<Show><OriginalApplicationArea><BODID>x</BODID></OriginalApplicationArea></Show>"),
      'message "x"',
    ],
    ["no answer at all", '<WorkSchedule xmlns="http://www.mesa.org/xml/B2MML"/>', "<WorkSchedule> is no answer"],
  ])("to a write may come after it was done: %s", async (_what, body, words) => {
    const { jobs } = await answering(200, body);
    const error = await failureOf(jobs.dispatch.write(sampleJob("MO-1"), nextKey()));
    expect(error.kind).toBe("answer lost");
    expect(error.at.cause).toContain(words);
  });

  it("of an error status is the MES's own words where it gives any", async () => {
    const { jobs } = await answering(
      422,
      confirmed("<Description>No lot secret-key</Description><ReasonCode>Lot</ReasonCode>"),
    );
    const error = await failureOf(jobs.dispatch.write(sampleJob("MO-1"), nextKey()));
    expect(error.kind).toBe("rejected");
    expect(error.at.cause).toBe("Lot: No lot •••");
  });

  it.each([
    [500, "answer lost"],
    [403, "access denied"],
    [302, "contract broken"],
  ] as const)("of status %d without words is told by the status", async (status, kind) => {
    const { jobs } = await answering(status, "");
    expect((await failureOf(jobs.dispatch.write(sampleJob("MO-1"), nextKey()))).kind).toBe(kind);
  });
});
