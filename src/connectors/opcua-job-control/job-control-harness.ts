import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  DataType,
  MessageSecurityMode,
  nodesets,
  OPCUACertificateManager,
  OPCUAServer,
  SecurityPolicy,
  StatusCodes,
  Variant,
  VariantArrayType,
  type AddressSpace,
  type ExtensionObject,
  type UAMethod,
  type UAObject,
  type UAVariable,
} from "node-opcua";

const NAMESPACE = "http://opcfoundation.org/UA/ISA95-JOBCONTROL_V2/";
export const RECEIVER = "ns=1;s=JobOrderReceiver";
export const RESPONSES = "ns=1;s=JobResponseProvider";

/** States by OPC 10031-4, table of ISA95JobOrderReceiverObjectType. */
const STATES = {
  NotAllowedToStart: 1,
  AllowedToStart: 2,
  Running: 3,
  Interrupted: 4,
  Ended: 5,
  Aborted: 6,
} as const;
type StateName = keyof typeof STATES;

/** Bits of a method's ReturnStatus, OPC 10031-4 B.2. */
const NO_ERROR = 0;
const UNKNOWN_JOB_ORDER = 1;
const INVALID_STATUS = 3;
const UNABLE_TO_ACCEPT = 4;

/** Which method leads from which states to which; `Update` stays where it is. */
const TRANSITIONS: Readonly<Record<string, { readonly from: readonly StateName[]; readonly to: StateName | "gone" }>> =
  {
    Start: { from: ["NotAllowedToStart"], to: "AllowedToStart" },
    RevokeStart: { from: ["AllowedToStart"], to: "NotAllowedToStart" },
    Pause: { from: ["Running"], to: "Interrupted" },
    Resume: { from: ["Interrupted"], to: "Running" },
    Stop: { from: ["Running", "Interrupted"], to: "Ended" },
    Abort: { from: ["NotAllowedToStart", "AllowedToStart", "Running", "Interrupted"], to: "Aborted" },
    Cancel: { from: ["NotAllowedToStart", "AllowedToStart"], to: "gone" },
    Clear: { from: ["Ended", "Aborted"], to: "gone" },
  };

/** A job order's fields as node-opcua has them: those of ISA95JobOrderDataType, in camel case. */
export type StoredOrder = ExtensionObject & { jobOrderID: string; priority?: number; jobOrderParameters: unknown };

type StoredJob = {
  order: StoredOrder;
  state: StateName;
  good: number;
  scrap: number;
  begun: Date | null;
  ended: Date | null;
};

export type Cut = "before" | "after" | null;

/** A machine's job control, as a real OPC UA server with the specification's nodeset and state machine. */
export type JobControlServer = {
  readonly port: number;
  readonly certificateFile: string;
  /** Accepts a client by its certificate, a PEM file. */
  readonly trust: (certificateFile: string) => Promise<void>;
  readonly has: (id: string) => boolean;
  readonly state: (id: string) => StateName | undefined;
  readonly order: (id: string) => StoredOrder | undefined;
  /** How often a method has done its work on a job. */
  readonly timesCalled: (method: string, id: string) => number;
  readonly comments: () => readonly string[];
  /** As if another client called the method. */
  readonly act: (method: string, id: string) => void;
  readonly put: (order: Readonly<Record<string, unknown>>, state?: StateName) => void;
  readonly edit: (id: string, more: Readonly<Record<string, unknown>>) => void;
  /** The shop floor begins, makes pieces, ends. */
  readonly begin: (id: string) => void;
  readonly made: (id: string, good: number, scrap: number) => void;
  readonly end: (id: string) => void;
  readonly close: () => Promise<void>;
};

export type JobControlOptions = {
  readonly folder: string;
  readonly port?: number;
  readonly advertised?: string;
  readonly user: { readonly name: string; readonly password: string };
  /** Asked once for each method call; whether its connection is to be cut, and when. */
  readonly onCall?: () => Cut;
  readonly cut?: () => void;
  /** Without them there is only the list to watch. */
  readonly events?: boolean;
  /** Jobs that an earlier run of the server kept. */
  readonly jobs?: Map<string, StoredJob>;
};

export function newShop(): Map<string, StoredJob> {
  return new Map();
}

export async function startJobControl(options: JobControlOptions): Promise<JobControlServer> {
  const trust = new OPCUACertificateManager({
    rootFolder: join(options.folder, "pki"),
    automaticallyAcceptUnknownCertificate: false,
    disableFileWatchers: true,
  });
  await trust.initialize();
  const server = new OPCUAServer({
    port: options.port ?? 0,
    hostname: "127.0.0.1",
    host: "127.0.0.1",
    resourcePath: "",
    ...(options.advertised === undefined ? {} : { advertisedEndpoints: [options.advertised] }),
    nodeset_filename: [nodesets.standard, nodesets.isa95JobControl],
    serverCertificateManager: trust,
    securityPolicies: [SecurityPolicy.Basic256Sha256],
    securityModes: [MessageSecurityMode.SignAndEncrypt],
    allowAnonymous: false,
    userManager: {
      isValidUser: (name: string, password: string) => name === options.user.name && password === options.user.password,
    },
  });
  await server.initialize();
  const { addressSpace } = server.engine;
  if (addressSpace === null) throw new Error("the server has an address space once it is initialized");
  const shop = openShop(addressSpace, options);
  await server.start();
  const port = Number(new URL(server.getEndpointUrl()).port);
  return {
    ...shop,
    port,
    certificateFile: server.certificateFile,
    async trust(certificateFile) {
      await trust.trustCertificate(new X509Certificate(await readFile(certificateFile)).raw);
    },
    async close() {
      await server.shutdown(0);
    },
  };
}

type Shop = Omit<JobControlServer, "port" | "certificateFile" | "trust" | "close">;

/** Puts the receiver and the response provider into the address space, with methods that work. */
function openShop(
  space: AddressSpace,
  { jobs = newShop(), events = true, onCall = () => null, cut = () => undefined }: JobControlOptions,
): Shop {
  const standard = space.getNamespaceIndex(NAMESPACE);
  const own = space.getOwnNamespace();
  const called: { readonly method: string; readonly id: string }[] = [];
  const comments: string[] = [];

  const instance = (type: string, nodeId: string): UAObject => {
    const found = space.findObjectType(type, standard);
    if (found === null) throw new Error(`the nodeset has no ${type}`);
    const optionals = Object.keys(TRANSITIONS).concat("Store", "StoreAndStart", "Update", "JobOrderResponseList");
    return found.instantiate({
      browseName: nodeId.slice("ns=1;s=".length),
      nodeId,
      organizedBy: space.rootFolder.objects,
      optionals,
      eventNotifier: events ? 1 : 0,
    });
  };
  const receiver = instance("ISA95JobOrderReceiverObjectType", RECEIVER);
  const responses = instance("ISA95JobResponseProviderObjectType", RESPONSES);
  const abstractEvent = space.findEventType("ISA95JobOrderStatusEventType", standard);
  if (abstractEvent === null) throw new Error("the nodeset has no ISA95JobOrderStatusEventType");
  const statusEvent = own.addEventType({ browseName: "JobOrderStatusEventType", subtypeOf: abstractEvent });

  const variable = (of: UAObject, name: string): UAVariable => {
    const found = of.getChildByName(name, standard);
    if (found === null) throw new Error(`${of.browseName.toString()} has no ${name}`);
    return found as UAVariable;
  };
  const make = (type: string, fields: object): ExtensionObject => {
    const dataType = space.findDataType(type, standard);
    if (dataType === null) throw new Error(`the nodeset has no ${type}`);
    return space.constructExtensionObject(dataType, fields as Record<string, unknown>);
  };
  const stateOf = ({ state }: StoredJob): readonly ExtensionObject[] => [
    make("ISA95StateDataType", {
      browsePath: { elements: [] },
      stateText: { text: state },
      stateNumber: STATES[state],
    }),
  ];
  const responseOf = (job: StoredJob): ExtensionObject =>
    make("ISA95JobResponseDataType", {
      jobResponseID: `R-${job.order.jobOrderID}`,
      jobOrderID: job.order.jobOrderID,
      ...(job.begun === null ? {} : { startTime: job.begun }),
      ...(job.ended === null ? {} : { endTime: job.ended }),
      jobState: stateOf(job),
      jobResponseData: [
        make("ISA95ParameterDataType", { ID: "GoodQuantity", value: { dataType: DataType.Double, value: job.good } }),
        make("ISA95ParameterDataType", { ID: "ScrapQuantity", value: { dataType: DataType.Double, value: job.scrap } }),
      ],
    });
  const listed = (job: StoredJob) =>
    make("ISA95JobOrderAndStateDataType", { jobOrder: job.order, state: stateOf(job) });
  const objects = (value: readonly ExtensionObject[]) =>
    new Variant({ dataType: DataType.ExtensionObject, arrayType: VariantArrayType.Array, value: [...value] });

  function publish(changed: StoredJob): void {
    if (!events) return;
    responses.raiseEvent(statusEvent, {
      jobOrder: new Variant({ dataType: DataType.ExtensionObject, value: changed.order }),
      jobState: objects(stateOf(changed)),
      jobResponse: new Variant({ dataType: DataType.ExtensionObject, value: responseOf(changed) }),
      message: { dataType: DataType.LocalizedText, value: { text: `${changed.order.jobOrderID} ${changed.state}` } },
    });
  }

  function change(id: string, more: Partial<StoredJob>): void {
    const job = jobs.get(id);
    if (job === undefined) throw new Error(`the shop does not have job ${id}`);
    Object.assign(job, more);
    publish(job);
  }

  /** What a method does: the bit of its ReturnStatus. */
  function act(method: string, id: string): number {
    const job = jobs.get(id);
    const transition = TRANSITIONS[method];
    if (job === undefined) return UNKNOWN_JOB_ORDER;
    if (transition === undefined || !transition.from.includes(job.state)) return INVALID_STATUS;
    if (transition.to === "gone") {
      jobs.delete(id);
      publish(job);
    } else {
      const isOver = transition.to === "Aborted" || transition.to === "Ended";
      change(id, { state: transition.to, ...(isOver ? { ended: new Date() } : {}) });
    }
    return NO_ERROR;
  }

  function take(method: string, order: StoredOrder): number {
    const { jobOrderID: id } = order;
    const job = jobs.get(id);
    if (method === "Update") {
      if (job === undefined) return UNKNOWN_JOB_ORDER;
      if (job.state !== "AllowedToStart" && job.state !== "NotAllowedToStart") return INVALID_STATUS;
      change(id, { order });
      return NO_ERROR;
    }
    if (job !== undefined || id === "") return UNABLE_TO_ACCEPT;
    store(order, method === "Store" ? "NotAllowedToStart" : "AllowedToStart");
    return NO_ERROR;
  }

  function store(order: StoredOrder, state: StateName): void {
    const job: StoredJob = { order, state, good: 0, scrap: 0, begun: null, ended: null };
    jobs.set(order.jobOrderID, job);
    publish(job);
  }

  for (const method of [...Object.keys(TRANSITIONS), "Store", "StoreAndStart", "Update"]) {
    methodOf(receiver, method).bindMethod((input, _context, callback) => {
      const fault = onCall();
      if (fault === "before") {
        cut();
        callback(null, { statusCode: StatusCodes.BadShutdown });
        return;
      }
      const first: unknown = input[0]?.value;
      const isOrder = typeof first !== "string";
      const id = isOrder ? (first as StoredOrder).jobOrderID : first;
      const bit = isOrder ? take(method, first as StoredOrder) : act(method, id);
      if (bit === NO_ERROR) called.push({ method, id });
      for (const { text } of (input[1]?.value as { text: string }[] | null) ?? []) comments.push(text);
      if (fault === "after") cut();
      callback(null, {
        // A bad code would carry no ReturnStatus.
        statusCode: bit === NO_ERROR ? StatusCodes.Good : StatusCodes.Uncertain,
        outputArguments: [returnStatus(bit)],
      });
    });
  }
  methodOf(responses, "RequestJobResponseByJobOrderID").bindMethod((input, _context, callback) => {
    const job = jobs.get(String(input[0]?.value));
    const response =
      job === undefined
        ? new Variant({ dataType: DataType.Null })
        : new Variant({ dataType: DataType.ExtensionObject, value: responseOf(job) });
    callback(null, {
      statusCode: job === undefined ? StatusCodes.Uncertain : StatusCodes.Good,
      outputArguments: [response, returnStatus(job === undefined ? UNKNOWN_JOB_ORDER : NO_ERROR)],
    });
  });

  function methodOf(of: UAObject, name: string): UAMethod {
    const found = of.getMethodByName(name, standard);
    if (found === null) throw new Error(`${of.browseName.toString()} has no method ${name}`);
    return found;
  }

  // Made when they are read.
  variable(receiver, "JobOrderList").bindVariable({ get: () => objects([...jobs.values()].map(listed)) }, true);
  variable(responses, "JobOrderResponseList").bindVariable(
    { get: () => objects([...jobs.values()].map(responseOf)) },
    true,
  );

  return {
    has: (id) => jobs.has(id),
    state: (id) => jobs.get(id)?.state,
    order: (id) => jobs.get(id)?.order,
    timesCalled: (method, id) => called.filter((one) => one.method === method && one.id === id).length,
    comments: () => comments,
    act: (method, id) => void act(method, id),
    put: (order, state = "AllowedToStart") => store(make("ISA95JobOrderDataType", order) as StoredOrder, state),
    edit: (id, more) =>
      change(id, { order: make("ISA95JobOrderDataType", { ...jobs.get(id)?.order, ...more }) as StoredOrder }),
    begin: (id) => change(id, { state: "Running", begun: new Date() }),
    made: (id, good, scrap) => change(id, { good, scrap }),
    end: (id) => change(id, { state: "Ended", ended: new Date() }),
  };
}

/** A bit map of 64 bits, as two halves of 32: bit 0 says that there was no error. */
function returnStatus(bit: number): Variant {
  const value = bit < 32 ? [0, 2 ** bit] : [2 ** (bit - 32), 0];
  return new Variant({ dataType: DataType.UInt64, arrayType: VariantArrayType.Scalar, value });
}
