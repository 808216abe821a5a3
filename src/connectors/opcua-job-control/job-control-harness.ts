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
  type ServerSession,
  type UAMethod,
  type UAObject,
  type UAVariable,
} from "node-opcua";
import {
  METHODS_ON_AN_ID,
  METHODS_ON_AN_ORDER,
  NO_ERROR,
  STATES,
  UNKNOWN_JOB_ORDER,
  type ShopFloor,
  type StoredJob,
  type StoredOrder,
} from "./shop-floor-harness.ts";

const NAMESPACE = "http://opcfoundation.org/UA/ISA95-JOBCONTROL_V2/";
export const RECEIVER = "ns=1;s=JobOrderReceiver";
export const RESPONSES = "ns=1;s=JobResponseProvider";

export type Cut = "before" | "after" | null;

/** A shop floor's job control as a real OPC UA server, with the specification's nodeset. */
export type JobControlServer = {
  readonly port: number;
  readonly certificateFile: string;
  /** Accepts a client by its certificate, a PEM file. */
  readonly trust: (certificateFile: string) => Promise<void>;
  /** What came along with the methods, for people. */
  readonly comments: () => readonly string[];
  readonly sessionCount: () => number;
  /** Ends every session, as an administrator does; the channels stay. */
  readonly endSessions: () => void;
  readonly close: () => Promise<void>;
};

type Options = {
  readonly floor: ShopFloor;
  readonly folder: string;
  /** The endpoint that it names as its own. */
  readonly advertised: string;
  readonly user: { readonly name: string; readonly password: string };
  /** Asked once for each call of a method: whether its connection is to be cut, and when. */
  readonly onCall: () => Cut;
  readonly cut: () => void;
  /** Whether it raises events; if not, there is only the list to watch. */
  readonly events: boolean;
};

export async function startJobControl(options: Options): Promise<JobControlServer> {
  const trusted = new OPCUACertificateManager({
    rootFolder: join(options.folder, "pki"),
    automaticallyAcceptUnknownCertificate: false,
    disableFileWatchers: true,
  });
  await trusted.initialize();
  const server = new OPCUAServer({
    port: 0,
    hostname: "127.0.0.1",
    host: "127.0.0.1",
    resourcePath: "",
    advertisedEndpoints: [options.advertised],
    nodeset_filename: [nodesets.standard, nodesets.isa95JobControl],
    serverCertificateManager: trusted,
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
  const comments: string[] = [];
  buildJobControl(addressSpace, options, comments);
  await server.start();
  return {
    port: Number(new URL(server.getEndpointUrl()).port),
    certificateFile: server.certificateFile,
    async trust(certificateFile) {
      await trusted.trustCertificate(new X509Certificate(await readFile(certificateFile)).raw);
    },
    comments: () => comments,
    sessionCount: () => server.currentSessionCount,
    endSessions() {
      const sessions = server.engine["_sessions"] as Readonly<Record<string, ServerSession>>;
      for (const session of Object.values(sessions)) {
        server.engine.closeSession(session.authenticationToken, true, "Terminated");
      }
    },
    async close() {
      await server.shutdown(0);
    },
  };
}

/** Puts the receiver and the response provider into the address space, with methods that work on the floor. */
function buildJobControl(space: AddressSpace, options: Options, comments: string[]): void {
  const { floor, events } = options;
  const standard = space.getNamespaceIndex(NAMESPACE);
  const structures = makeStructures(space, standard);
  const instance = (type: string, nodeId: string): UAObject =>
    found(space.findObjectType(type, standard), type).instantiate({
      browseName: nodeId.slice("ns=1;s=".length),
      nodeId,
      organizedBy: space.rootFolder.objects,
      optionals: [...METHODS_ON_AN_ID, ...METHODS_ON_AN_ORDER, "JobOrderResponseList"],
      eventNotifier: events ? 1 : 0,
    });
  const receiver = instance("ISA95JobOrderReceiverObjectType", RECEIVER);
  const responses = instance("ISA95JobResponseProviderObjectType", RESPONSES);

  // The lists are made when they are read.
  const list = (of: UAObject, name: string, entry: (job: StoredJob) => ExtensionObject) => {
    const variable = found(of.getChildByName(name, standard), name) as UAVariable;
    variable.bindVariable({ get: () => objects(floor.jobs().map(entry)) }, true);
  };
  list(receiver, "JobOrderList", structures.listed);
  list(responses, "JobOrderResponseList", structures.response);

  const method = (of: UAObject, name: string): UAMethod => found(of.getMethodByName(name, standard), name);
  for (const name of METHODS_ON_AN_ID) bind(name, (input) => floor.act(name, String(input)));
  for (const name of METHODS_ON_AN_ORDER) bind(name, (input) => floor.take(name, fieldsOf(input)));
  bindRequest(method(responses, "RequestJobResponseByJobOrderID"), floor, structures.response);
  bindRequestByState(method(responses, "RequestJobResponseByJobOrderState"), floor, structures.response);
  if (events) raiseEvents(space, standard, floor, responses, structures);

  function bind(name: string, work: (input: unknown) => number): void {
    method(receiver, name).bindMethod((input, _context, callback) => {
      const fault = options.onCall();
      if (fault === "before") {
        options.cut();
        callback(null, { statusCode: StatusCodes.BadShutdown });
        return;
      }
      const bit = work(input[0]?.value);
      for (const { text } of (input[1]?.value as { text: string }[] | null) ?? []) comments.push(text);
      if (fault === "after") options.cut();
      // A bad code would carry no ReturnStatus.
      const statusCode = bit === NO_ERROR ? StatusCodes.Good : StatusCodes.Uncertain;
      callback(null, { statusCode, outputArguments: [returnStatus(bit)] });
    });
  }
}

type Structures = ReturnType<typeof makeStructures>;

/** The specification's structures, of what the floor knows. */
function makeStructures(space: AddressSpace, standard: number) {
  const make = (type: string, fields: object): ExtensionObject =>
    space.constructExtensionObject(found(space.findDataType(type, standard), type), fields as Record<string, unknown>);
  const order = (job: StoredJob) => make("ISA95JobOrderDataType", job.order);
  const state = (job: StoredJob) => [
    make("ISA95StateDataType", {
      browsePath: { elements: [] },
      stateText: { text: job.state },
      stateNumber: STATES[job.state],
    }),
  ];
  const quantity = (ID: string, value: number | string) =>
    make("ISA95ParameterDataType", {
      ID,
      value: { dataType: typeof value === "string" ? DataType.String : DataType.Double, value },
    });
  return {
    order,
    state,
    listed: (job: StoredJob) => make("ISA95JobOrderAndStateDataType", { jobOrder: order(job), state: state(job) }),
    response: (job: StoredJob) =>
      make("ISA95JobResponseDataType", {
        jobResponseID: `R-${job.order.jobOrderID}`,
        jobOrderID: job.order.jobOrderID,
        ...(job.begun === null ? {} : { startTime: job.begun }),
        ...(job.ended === null ? {} : { endTime: job.ended }),
        jobState: state(job),
        jobResponseData: [quantity("GoodQuantity", job.good), quantity("ScrapQuantity", job.scrap)],
        ...job.response,
      }),
  };
}

function bindRequest(method: UAMethod, floor: ShopFloor, response: (job: StoredJob) => ExtensionObject): void {
  method.bindMethod((input, _context, callback) => {
    const job = floor.job(String(input[0]?.value));
    callback(
      null,
      job === undefined
        ? {
            statusCode: StatusCodes.Uncertain,
            outputArguments: [new Variant({ dataType: DataType.Null }), returnStatus(UNKNOWN_JOB_ORDER)],
          }
        : { statusCode: StatusCodes.Good, outputArguments: [object(response(job)), returnStatus(NO_ERROR)] },
    );
  });
}

function bindRequestByState(method: UAMethod, floor: ShopFloor, response: (job: StoredJob) => ExtensionObject): void {
  method.bindMethod((input, _context, callback) => {
    const states = (input[0]?.value ?? []) as readonly { readonly stateNumber: number }[];
    const asked = states.map(({ stateNumber }) => stateNumber);
    const those = floor.jobs().filter(({ state }) => asked.includes(STATES[state]));
    callback(null, {
      statusCode: StatusCodes.Good,
      outputArguments: [objects(those.map(response)), returnStatus(NO_ERROR)],
    });
  });
}

function raiseEvents(
  space: AddressSpace,
  standard: number,
  floor: ShopFloor,
  source: UAObject,
  structures: Structures,
): void {
  const name = "ISA95JobOrderStatusEventType"; // abstract: a server raises a subtype of its own
  const subtypeOf = found(space.findEventType(name, standard), name);
  const type = space.getOwnNamespace().addEventType({ browseName: "JobOrderStatusEventType", subtypeOf });
  floor.tell((job) => {
    source.raiseEvent(type, {
      jobOrder: object(structures.order(job)),
      jobState: objects(structures.state(job)),
      jobResponse: object(structures.response(job)),
      message: { dataType: DataType.LocalizedText, value: { text: `${job.order.jobOrderID} ${job.state}` } },
    });
  });
}

function object(value: ExtensionObject): Variant {
  return new Variant({ dataType: DataType.ExtensionObject, value });
}

function objects(value: readonly ExtensionObject[]): Variant {
  return new Variant({ dataType: DataType.ExtensionObject, arrayType: VariantArrayType.Array, value: [...value] });
}

/** A bit map of 64 bits, as two halves of 32: bit 0 says that there was no error. */
function returnStatus(bit: number): Variant {
  const value = bit < 32 ? [0, 2 ** bit] : [2 ** (bit - 32), 0];
  return new Variant({ dataType: DataType.UInt64, arrayType: VariantArrayType.Scalar, value });
}

function fieldsOf(order: unknown): StoredOrder {
  return Object.fromEntries(Object.entries(order as object)) as StoredOrder;
}

function found<T>(node: T | null, name: string): T {
  if (node === null) throw new Error(`the nodeset has no ${name}`);
  return node;
}
