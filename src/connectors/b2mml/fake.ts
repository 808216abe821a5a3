import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Socket, type AddressInfo } from "node:net";
import { text as readText } from "node:stream/consumers";
import { connectAsync } from "mqtt";
import { EDITIONS, PARAMETERS, type Edition } from "./edition.ts";
import { SCRAPPED } from "./mapping.ts";
import { REASONS, type Refusal } from "./wire.ts";
import { child, childrenOf, readXml, textOf, textXml, type XmlElement } from "./xml.ts";

/**
 * A small MES that speaks B2MML, with the state and the manners of a real one: it keeps what it was told, has
 * numbers of its own, refuses what comes too late, and knows no idempotency keys. For tests.
 */
export type FakeMes = {
  /** Its answer to one message. */
  readonly answer: (xml: string) => string;
  /** How often it did what the message of this BODID asked for. */
  readonly timesDone: (bodId: string) => number;
  readonly has: (id: string) => boolean;
  /** @throws Error when it does not have the job */
  readonly job: (id: string) => FakeJob;
  /** By work master and version. */
  readonly masters: ReadonlyMap<string, XmlElement>;
  /** What happens on the shop floor. */
  readonly start: (id: string) => void;
  readonly report: (id: string, good: string, scrap: string) => void;
  readonly complete: (id: string) => void;
  /** Jobs are never deleted: one that is not wanted is cancelled. */
  readonly withdraw: (id: string) => void;
  readonly answerCancel: (id: string, answer: "too late" | "partly done", words: string) => void;
  /** The next message that is not a question is refused so. */
  readonly refuseNext: (code: string, words: string) => void;
};

type FakeJob = {
  readonly order: XmlElement;
  readonly number: string;
  version: number;
  status: string;
  published: string;
  cancellation: string | null;
  refusal: string | null;
  good: string;
  scrap: string;
};

/** @param watch sees each message that comes in or goes out. */
export function fakeMes(edition: Edition, watch: (xml: string) => void = () => undefined): FakeMes {
  const { namespace, releaseId } = EDITIONS[edition];
  const jobs = new Map<string, FakeJob>();
  const masters = new Map<string, XmlElement>();
  const done: string[] = [];
  let refusal: Refusal | null = null;
  let clock = Date.parse("2026-01-05T06:00:00Z");
  let messages = 0;

  /** Strictly later each time, so that changes have an order. */
  const tick = () => new Date((clock += 1)).toISOString();

  function jobOf(id: string): FakeJob {
    const job = jobs.get(id);
    if (job === undefined) throw new Error(`the MES has no job ${id}`);
    return job;
  }

  function touch(job: FakeJob, changes: Partial<FakeJob>): void {
    Object.assign(job, changes, { published: tick() });
  }

  function add(order: XmlElement): Refusal | null {
    const id = textOf(order, "ID") ?? "";
    if (jobs.has(id)) return { code: REASONS.duplicate, words: `Job ${id} exists` };
    jobs.set(id, {
      order,
      number: `MES-${String(jobs.size + 1).padStart(6, "0")}`,
      version: versionOf(order),
      status: "Ready",
      published: tick(),
      cancellation: null,
      refusal: null,
      good: "0",
      scrap: "0",
    });
    return null;
  }

  function replace(order: XmlElement): Refusal | null {
    const id = textOf(order, "ID") ?? "";
    const job = jobs.get(id);
    if (job === undefined) return { code: REASONS.notFound, words: `There is no job ${id}` };
    const version = versionOf(order);
    if (version <= job.version)
      return { code: REASONS.versionConflict, words: `Job ${id} is at version ${job.version} already` };
    if (job.status !== "Ready" && job.status !== "Waiting") {
      const words = `Job ${id} is ${job.status}; its operator must agree`;
      touch(job, { refusal: words });
      return { code: "Started", words };
    }
    touch(job, { order, version, refusal: null });
    return null;
  }

  function command(order: XmlElement): Refusal | null {
    const id = textOf(order, "ID") ?? "";
    const job = jobs.get(id);
    if (job === undefined) return { code: REASONS.notFound, words: `There is no job ${id}` };
    const verb = textOf(order, "Command") ?? "";
    const next = COMMANDS[`${verb} ${job.status}`];
    if (next === undefined)
      return { code: "WrongState", words: `${verb} does not fit job ${id}, which is ${job.status}` };
    touch(job, { status: next });
    return null;
  }

  function cancel(order: XmlElement): Refusal | null {
    const id = textOf(order, "ID") ?? "";
    const job = jobs.get(id);
    if (job === undefined) return { code: REASONS.notFound, words: `There is no job ${id}` };
    if (job.status === "Ready" || job.status === "Waiting") touch(job, { status: "Cancelled", cancellation: "done" });
    else if (job.status === "Running" || job.status === "Held") touch(job, { cancellation: "asked" });
    else {
      const words = `Job ${id} is ${job.status}`;
      touch(job, { cancellation: "too late", refusal: words });
      return { code: "TooLate", words };
    }
    return null;
  }

  function carryOut(verb: string, dataArea: XmlElement): Refusal | null {
    const master = child(dataArea, "WorkMaster");
    if (master.name !== "") {
      masters.set(`${textOf(master, "ID")} ${textOf(master, "Version") ?? ""}`, master);
      return null;
    }
    const action = child(child(child(dataArea, verb), "ActionCriteria"), "ActionExpression").attributes["actionCode"];
    const [order] = ordersIn(dataArea);
    if (order === undefined) return { code: "Empty", words: "There is no job order in it" };
    if (verb === "Cancel") return cancel(order);
    if (textOf(order, "Command") !== null) return command(order);
    // A Sync without an action expression means Add.
    return verb === "Process" || action === undefined || action === "Add" ? add(order) : replace(order);
  }

  function answerTo(root: XmlElement): string {
    const area = child(root, "ApplicationArea");
    const to = textOf(area, "BODID") ?? "";
    const dataArea = child(root, "DataArea");
    const [, verb = "", noun = ""] = /^(Get|Process|Change|Sync|Cancel)(\w+)$/.exec(root.name) ?? [];
    if (verb === "Get") return shown(to, noun, dataArea);

    const refused = refusal ?? carryOut(verb, dataArea);
    refusal = null;
    if (refused === null) done.push(to);
    const reply = verb === "Process" ? "Acknowledge" : "Respond";
    if (verb === "Sync" || verb === "Cancel" || noun === "WorkMaster") return confirm(to, refused);
    const known = ordersIn(dataArea).flatMap((order) => jobs.get(textOf(order, "ID") ?? "") ?? []);
    if (known.length === 0) return confirm(to, refused);
    return bod(`${reply}${noun}`, said(reply, to, refused) + schedule(known.map(jobXml)));
  }

  function shown(to: string, noun: string, dataArea: XmlElement): string {
    if (noun === "WorkPerformance") {
      const ids = childrenOf(child(dataArea, noun), "WorkResponse").map((one) => textOf(one, "ID") ?? "");
      const known = ids.flatMap((id) => jobs.get(id) ?? []);
      if (known.length === 0) return confirm(to, NOTHING);
      const responses = known.map((job) => performanceXml(job)).join("");
      return bod(
        "ShowWorkPerformance",
        `${said("Show", to, null)}<WorkPerformance><ID>1</ID><WorkScheduleID>1</WorkScheduleID>${responses}</WorkPerformance>`,
      );
    }
    const expression = textOf(child(dataArea, "Get"), "Expression");
    const known =
      expression === null
        ? ordersIn(dataArea).flatMap((order) => jobs.get(textOf(order, "ID") ?? "") ?? [])
        : selected(expression);
    if (known.length === 0) return confirm(to, NOTHING);
    return bod("ShowWorkSchedule", said("Show", to, null) + schedule(known.map(jobXml)));
  }

  /** The one kind of expression that Heddle sends. */
  function selected(expression: string): readonly FakeJob[] {
    const [after, id = ""] = [...expression.matchAll(/ > '((?:[^']|'')*)'/g)].map(([, text = ""]) =>
      text.replaceAll("''", "'"),
    );
    const limit = Number(/position\(\) <= (\d+)/.exec(expression)?.[1] ?? 0);
    const isAsked = (job: FakeJob) =>
      after === undefined || job.published > after || (job.published === after && idOf(job) > id);
    return [...jobs.values()]
      .filter(isAsked)
      .toSorted((a, b) => (a.published < b.published ? -1 : 1))
      .slice(0, limit);
  }

  function jobXml(job: FakeJob): string {
    const { version, number, status, published, cancellation } = job;
    const parameters = [
      edition === "6" ? parameter(PARAMETERS.version, String(version)) : "",
      edition === "6" ? parameter(PARAMETERS.published, published) : "",
      parameter(PARAMETERS.number, number),
      cancellation === null ? "" : parameter(PARAMETERS.cancellation, cancellation),
      job.refusal === null ? "" : parameter(PARAMETERS.refusal, job.refusal),
    ];
    const material = childrenOf(job.order, "MaterialRequirement").slice(0, 1).map(elementXml).join("");
    const head = `<JobOrder><ID>${textXml(idOf(job))}</ID>`;
    const dates = edition === "6" ? "" : `<Version>${version}</Version><PublishedDate>${published}</PublishedDate>`;
    const tail = `<DispatchStatus>${status}</DispatchStatus>${parameters.join("")}${material}</JobOrder>`;
    return `<WorkRequest><ID>${textXml(idOf(job))}</ID>${head}${dates}${tail}</WorkRequest>`;
  }

  function performanceXml(job: FakeJob): string {
    const id = textXml(idOf(job));
    const unit = unitOf(job);
    const materials = [
      ["1", "<MaterialUse>Produced</MaterialUse>", job.good],
      ["2", `<MaterialUse OtherValue="${SCRAPPED}">Other</MaterialUse>`, job.scrap],
    ].map(
      ([line, use, amount]) =>
        `<MaterialActual>${edition === "6" ? "" : `<ID>${line}</ID>`}${use}<Quantity><QuantityString>${amount}` +
        `</QuantityString><UnitOfMeasure>${unit}</UnitOfMeasure></Quantity></MaterialActual>`,
    );
    return (
      `<WorkResponse><ID>${id}</ID><JobResponse><ID>${job.number}</ID><JobOrderID>${id}</JobOrderID>` +
      `${materials.join("")}</JobResponse></WorkResponse>`
    );
  }

  function confirm(to: string, refused: Refusal | null): string {
    return bod("ConfirmBOD", `${said("Confirm", to, refused)}<BOD>${original(to)}</BOD>`);
  }

  function bod(name: string, dataArea: string): string {
    const release = name === "ConfirmBOD" ? "" : ` releaseID="${releaseId}"`;
    return (
      `<?xml version="1.0" encoding="UTF-8"?><b:${name} xmlns:b="${namespace}"${release}><b:ApplicationArea>` +
      `<b:Sender><b:LogicalID>fake-mes</b:LogicalID></b:Sender><b:CreationDateTime>${tick()}</b:CreationDateTime>` +
      `<b:BODID>answer-${(messages += 1)}</b:BODID></b:ApplicationArea><b:DataArea>` +
      `${dataArea.replaceAll(/<(\/?)(?=\w)/g, "<$1b:")}</b:DataArea></b:${name}>`
    );
  }

  function said(verb: string, to: string, refused: Refusal | null): string {
    const status =
      refused === null
        ? ""
        : `<ChangeStatus><Description>${textXml(refused.words)}</Description>` +
          `<ReasonCode>${textXml(refused.code)}</ReasonCode></ChangeStatus>`;
    const action = refused === null ? "Accepted" : "Rejected";
    return (
      `<${verb}>${original(to)}<ResponseCriteria><ResponseExpression actionCode="${action}">/*</ResponseExpression>` +
      `${status}</ResponseCriteria></${verb}>`
    );
  }

  function original(to: string): string {
    return (
      `<OriginalApplicationArea><CreationDateTime>${tick()}</CreationDateTime><BODID>${textXml(to)}</BODID>` +
      "</OriginalApplicationArea>"
    );
  }

  return {
    answer(xml) {
      watch(xml);
      const { root } = readXml(xml, namespace);
      if (root === undefined) throw new Error(`the MES was sent what is no B2MML: ${xml.slice(0, 200)}`);
      const reply = answerTo(root);
      watch(reply);
      return reply;
    },
    timesDone: (bodId) => done.filter((one) => one === bodId).length,
    has: (id) => jobs.has(id),
    job: jobOf,
    masters,
    start: (id) => touch(jobOf(id), { status: "Running" }),
    report: (id, good, scrap) => touch(jobOf(id), { good, scrap }),
    withdraw: (id) => touch(jobOf(id), { status: "Cancelled" }),
    complete: (id) => touch(jobOf(id), { status: "Completed" }),
    answerCancel: (id, answer, words) =>
      touch(jobOf(id), {
        cancellation: answer,
        refusal: words,
        ...(answer === "partly done" ? { status: "Aborted" } : {}),
      }),
    refuseNext: (code, words) => void (refusal = { code, words }),
  };
}

const NOTHING: Refusal = { code: REASONS.notFound, words: "There is nothing of that" };

/** From what to what a command brings a job. */
const COMMANDS: Readonly<Record<string, string>> = {
  "Hold Ready": "Waiting",
  "Hold Running": "Held",
  "Resume Waiting": "Ready",
  "Resume Held": "Running",
};

function ordersIn(dataArea: XmlElement): readonly XmlElement[] {
  return childrenOf(child(dataArea, "WorkSchedule"), "WorkRequest").flatMap((one) => childrenOf(one, "JobOrder"));
}

function versionOf(order: XmlElement): number {
  const parameters = childrenOf(order, "JobOrderParameter").filter((one) => textOf(one, "ID") === PARAMETERS.version);
  return Number(textOf(order, "Version") ?? textOf(child(parameters[0] ?? order, "Value"), "ValueString"));
}

function idOf(job: FakeJob): string {
  return child(job.order, "ID").text;
}

function unitOf(job: FakeJob): string {
  return textOf(child(child(job.order, "MaterialRequirement"), "Quantity"), "UnitOfMeasure") ?? "C62";
}

function schedule(requests: readonly string[]): string {
  return `<WorkSchedule><ID>1</ID>${requests.join("")}</WorkSchedule>`;
}

function parameter(id: string, value: string): string {
  return `<JobOrderParameter><ID>${id}</ID><Value><ValueString>${textXml(value)}</ValueString></Value></JobOrderParameter>`;
}

function elementXml({ name, children, text }: XmlElement): string {
  return `<${name}>${children.length === 0 ? textXml(text) : children.map(elementXml).join("")}</${name}>`;
}

export type RunningMes = { readonly url: string; readonly close: () => Promise<void> };

/** The MES behind HTTP: a message is posted, and the response's body is the answer. */
export async function serveOverHttp(mes: FakeMes, apiKey: string): Promise<RunningMes> {
  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const xml = await readText(request);
    if (request.headers["x-api-key"] !== apiKey) response.writeHead(401).end("no");
    else response.writeHead(200, { "content-type": "application/xml" }).end(mes.answer(xml));
  }
  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/b2mml`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What stands between the broker and the MES: it may keep a message or an answer to itself. */
export type Interception = (xml: string) => "pass" | "drop message" | "drop answer";

/** The MES at a broker: it takes messages from one topic and answers on another. */
export async function serveOverMqtt(
  mes: FakeMes,
  broker: { readonly url: string; readonly username?: string; readonly password?: string },
  topics: { readonly request: string; readonly answer: string },
  intercept: Interception = () => "pass",
): Promise<{ readonly close: () => Promise<void> }> {
  const { url, ...credentials } = broker;
  const client = await connectAsync(url, {
    protocolVersion: 4,
    clientId: "fake-mes",
    clean: false,
    reconnectPeriod: 100,
    ...credentials,
  });
  client.on("message", (_topic, payload) => {
    const xml = payload.toString("utf8");
    const fate = intercept(xml);
    if (fate === "drop message") return;
    const answer = mes.answer(xml);
    if (fate === "pass") client.publish(topics.answer, answer, { qos: 1 });
  });
  const tune = () => client.stream instanceof Socket && client.stream.setNoDelay(true);
  client.on("connect", tune);
  tune();
  // A broker that goes away is part of the tests; the client comes back by itself.
  client.on("error", () => undefined);
  await client.subscribeAsync(topics.request, { qos: 1 });
  return { close: () => client.endAsync(true) };
}
