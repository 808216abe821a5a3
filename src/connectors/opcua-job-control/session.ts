import type { OPCUACertificateManager } from "node-opcua-certificate-manager";
import type { ClientSession, NodeId, OPCUAClient, UserIdentityInfo } from "node-opcua-client";
import type { OpcuaJobControlSettings } from "./config.ts";
import { DATA_TYPES, METHODS, NAMESPACE, STATUS_EVENT_TYPE, type Method } from "./wire.ts";

type OpcUa = typeof import("node-opcua-client");

/** What of the server's address space is used, looked up once for each session. */
type Nodes = {
  /** Of the Job Control namespace. */
  readonly namespace: number;
  readonly receiver: NodeId;
  readonly jobOrderList: NodeId;
  /** Optional methods may be missing. */
  readonly methods: ReadonlyMap<Method, NodeId>;
  readonly responses: { readonly object: NodeId; readonly request: NodeId; readonly byState: NodeId | null } | null;
};

export type OpenSession = {
  readonly opcua: OpcUa;
  readonly session: ClientSession;
  readonly nodes: Nodes;
  readonly close: () => Promise<void>;
};

export type SessionEvents = {
  /** A job moved: the event's JobOrder, JobState, JobResponse and Time as plain JSON, or null for "look again". */
  readonly onMoved: (event: unknown) => void;
  /** The session is of no use any more. */
  readonly onGone: () => void;
};

/**
 * A session over a secure channel, with a subscription. From then on node-opcua keeps it: when the connection breaks
 * it makes a channel again, activates the session there or makes a new one, and moves or repeats the subscription.
 */
export async function openSession(settings: OpcuaJobControlSettings, events: SessionEvents): Promise<OpenSession> {
  // Loaded when it is used: it takes half a second, which a command that connects to no such server need not wait.
  const [opcua, { OPCUACertificateManager: Store }] = await Promise.all([
    import("node-opcua-client"),
    import("node-opcua-certificate-manager"),
  ]);
  // Its failures come back as errors; its log would repeat them with certificates in full.
  opcua.setLogLevel(opcua.LogLevel.Emergency);
  // Read anew for each session, so that a certificate that was moved to `trusted` counts at the next try.
  const store = new Store({
    rootFolder: settings.pkiFolder,
    automaticallyAcceptUnknownCertificate: false,
    disableFileWatchers: true,
  });
  await store.initialize();
  const client = makeClient(opcua, settings, store);
  let isOver = false;
  const close = async () => {
    isOver = true;
    await client.disconnect();
    await store.dispose();
  };
  const onEnd = () => {
    if (isOver) return;
    events.onGone();
    close().catch(() => undefined); // it is of no use any more, and a new one is made in its place
  };
  try {
    await withinTime(settings.timeoutMs, client.connect(settings.url));
    const session = await withinTime(settings.timeoutMs, client.createSession(identity(opcua, settings)));
    session.on("session_closed", onEnd);
    client.on("close", onEnd);
    const nodes = await findNodes(opcua, session, settings);
    // Before anything of these types comes, so that nothing is looked up while an event is being read.
    for (const type of DATA_TYPES) {
      await session.constructExtensionObject(opcua.makeNodeId(type, nodes.namespace), {});
    }
    await subscribe(opcua, session, nodes, settings, events);
    session.on("session_restored", () => events.onMoved(null));
    return { opcua, session, nodes, close };
  } catch (error) {
    await close().catch(() => undefined); // what failed first is what is told
    throw error;
  }
}

function makeClient(opcua: OpcUa, settings: OpcuaJobControlSettings, store: OPCUACertificateManager): OPCUAClient {
  return opcua.OPCUAClient.create({
    applicationName: "Heddle",
    clientName: "Heddle",
    clientCertificateManager: store,
    securityMode: opcua.MessageSecurityMode[settings.securityMode],
    securityPolicy: opcua.SecurityPolicy[settings.securityPolicy],
    endpointMustExist: settings.checkEndpoint,
    keepSessionAlive: true,
    // A server may define thousands of types in other namespaces.
    dataTypeExtractStrategy: opcua.DataTypeExtractStrategy.Lazy,
    // One more try to connect, so that its failure is told; a connection that was there is tried again for ever.
    connectionStrategy: { maxRetry: 1, initialDelay: 100, maxDelay: 2_000 },
    transportTimeout: settings.timeoutMs,
    defaultTransactionTimeout: settings.timeoutMs,
  });
}

function identity({ UserTokenType }: OpcUa, { userName, password }: OpcuaJobControlSettings): UserIdentityInfo {
  return userName === null ? { type: UserTokenType.Anonymous } : { type: UserTokenType.UserName, userName, password };
}

async function findNodes(opcua: OpcUa, session: ClientSession, settings: OpcuaJobControlSettings): Promise<Nodes> {
  const namespaces = await session.readNamespaceArray();
  const namespace = namespaces.indexOf(NAMESPACE);
  if (namespace < 0) throw new Error(`BadNotSupported: the server does not have the namespace ${NAMESPACE}`);
  const nodeOf = (text: string) => opcua.resolveNodeId(withIndex(text, namespaces));
  const child = async (of: NodeId, names: readonly string[]) => {
    const paths = names.map((name) => opcua.makeBrowsePath(of, `/${namespace}:${name}`));
    const found = await session.translateBrowsePath(paths);
    return found.map(({ targets }) => targets?.[0]?.targetId ?? null);
  };

  const receiver = nodeOf(settings.receiver);
  const [jobOrderList = null, ...methods] = await child(receiver, ["JobOrderList", ...METHODS]);
  if (jobOrderList === null) throw new Error(`BadNodeIdUnknown: ${settings.receiver} is not a job order receiver`);
  const known = METHODS.flatMap((method, at) => {
    const node = methods[at] ?? null;
    return node === null ? [] : [[method, node] as const];
  });

  let responses: Nodes["responses"] = null;
  if (settings.responses !== null) {
    const object = nodeOf(settings.responses);
    const names = ["RequestJobResponseByJobOrderID", "RequestJobResponseByJobOrderState"];
    const [request = null, byState = null] = await child(object, names);
    if (request === null) throw new Error(`BadNodeIdUnknown: ${settings.responses} is not a job response provider`);
    responses = { object, request, byState };
  }
  return { namespace, receiver, jobOrderList, methods: new Map(known), responses };
}

/** `nsu=…;s=x` with the index that the namespace has on this server now. */
function withIndex(text: string, namespaces: readonly string[]): string {
  const [, uri, rest] = /^nsu=([^;]+);(.+)$/.exec(text) ?? [];
  if (uri === undefined) return text;
  const index = namespaces.indexOf(uri);
  if (index < 0) throw new Error(`BadNodeIdUnknown: the server does not have the namespace ${uri}`);
  return `ns=${index};${rest}`;
}

/** To the job orders' events where the server raises them, else to the list itself. */
async function subscribe(
  opcua: OpcUa,
  session: ClientSession,
  nodes: Nodes,
  { publishingMs }: OpcuaJobControlSettings,
  { onMoved }: SessionEvents,
): Promise<void> {
  const { AttributeIds, TimestampsToReturn } = opcua;
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: publishingMs,
    requestedLifetimeCount: 1_000,
    requestedMaxKeepAliveCount: 20,
    maxNotificationsPerPublish: 1_000,
    publishingEnabled: true,
    priority: 1,
  });
  const sources = nodes.responses === null ? [nodes.receiver] : [nodes.receiver, nodes.responses.object];
  const notifiers = await session.read(sources.map((nodeId) => ({ nodeId, attributeId: AttributeIds.EventNotifier })));
  const raising = sources.filter((_, at) => (Number(notifiers[at]?.value.value ?? 0) & 1) === 1);
  const eventType = opcua.resolveNodeId(`ns=${nodes.namespace};i=${STATUS_EVENT_TYPE}`);
  const fields = [...["JobOrder", "JobState", "JobResponse"].map((name) => `${nodes.namespace}:${name}`), "Time"];
  const filter = opcua.constructEventFilter(fields, opcua.ofType(eventType));
  for (const nodeId of raising) {
    const item = await subscription.monitor(
      { nodeId, attributeId: AttributeIds.EventNotifier },
      { samplingInterval: 0, queueSize: 10_000, discardOldest: true, filter },
      TimestampsToReturn.Neither,
    );
    item.on("changed", (values: unknown) => {
      const [jobOrder, jobState, jobResponse, time] = toPlain(values) as readonly { readonly value?: unknown }[];
      onMoved({
        jobOrder: jobOrder?.value,
        jobState: jobState?.value,
        jobResponse: jobResponse?.value ?? null,
        time: time?.value ?? null,
      });
    });
  }
  if (raising.length > 0) return;
  const item = await subscription.monitor(
    { nodeId: nodes.jobOrderList, attributeId: AttributeIds.Value },
    { samplingInterval: publishingMs, queueSize: 1, discardOldest: true },
    TimestampsToReturn.Neither,
  );
  item.on("changed", () => onMoved(null));
}

/** What node-opcua decoded, as the JSON that it writes of it. */
export function toPlain(decoded: unknown): unknown {
  return JSON.parse(JSON.stringify(decoded ?? null));
}

/** @throws Error when the time is over; what was begun goes on, and its end is of no interest. */
export async function withinTime<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
