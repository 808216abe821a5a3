import { Type, type Static } from "typebox";

/** `ns=1;s=Receiver`, or with the namespace by its address, which does not move: `nsu=urn:line;s=Receiver`. */
const NodeIdText = Type.String({ pattern: "^(ns=\\d{1,5};|nsu=[^;\\s]+;)?[isgb]=.+$", maxLength: 1_000 });

/** What `heddle.yaml` says of a connection of kind `opcua-job-control`. */
export const OpcuaJobControlSettings = Type.Object(
  {
    /** The server's endpoint, for instance `opc.tcp://line-3:4840/UA`. */
    url: Type.String({ pattern: "^opc\\.tcp://[^/?#@\\s]+(/[^?#\\s]*)?$", maxLength: 2_000 }),
    /** The object of type `ISA95JobOrderReceiverObjectType` that takes job orders. */
    receiver: NodeIdText,
    /** The object of type `ISA95JobResponseProviderObjectType`; without it pieces made are not known. */
    responses: Type.Union([NodeIdText, Type.Null()], { default: null }),
    /** Folder of Heddle's own certificate and of the certificates that it trusts: `own`, `trusted`, `issuers`, `rejected`. */
    pkiFolder: Type.String({ minLength: 1, maxLength: 1_000 }),
    /** Everything else than `SignAndEncrypt` is for tests in a closed network. */
    securityMode: Type.Enum(["SignAndEncrypt", "Sign", "None"], { default: "SignAndEncrypt" }),
    securityPolicy: Type.Enum(["Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss", "None"], {
      default: "Basic256Sha256",
    }),
    /** Who Heddle is there; null is anonymous. */
    userName: Type.Union([Type.String({ minLength: 1, maxLength: 200 }), Type.Null()], { default: null }),
    /** Never logged. */
    password: Type.String({ maxLength: 1_000, default: "" }),
    /** Whether `url` must be one that the server itself names; false where it stands behind address translation. */
    checkEndpoint: Type.Boolean({ default: true }),
    /** `Store` leaves it to a person there to allow the start. */
    dispatchBy: Type.Enum(["StoreAndStart", "Store"], { default: "StoreAndStart" }),
    /** Whether cancelling a job that has begun aborts it; if not, the answer is "too late". */
    abortRunning: Type.Boolean({ default: false }),
    /** Name of the job order's parameter that carries its version. */
    versionParameter: Type.String({ minLength: 1, maxLength: 100, default: "HeddleVersion" }),
    /** How often the server tells what happened. */
    publishingMs: Type.Integer({ minimum: 20, maximum: 60_000, default: 500 }),
    /** How long connecting, reconnecting or one request may take. */
    timeoutMs: Type.Integer({ minimum: 100, maximum: 600_000, default: 15_000 }),
    /** Requests that are open at the same time. */
    maxConcurrent: Type.Integer({ minimum: 1, maximum: 64, default: 4 }),
    /** Requests begun in one second; 0 is no limit. */
    maxPerSecond: Type.Integer({ minimum: 0, maximum: 10_000, default: 0 }),
    /** Failures in a row after which the connection pauses. */
    failuresToPause: Type.Integer({ minimum: 1, maximum: 1_000, default: 8 }),
    /** How long it pauses before one request tries again. */
    pauseMs: Type.Integer({ minimum: 10, maximum: 3_600_000, default: 5_000 }),
  },
  { additionalProperties: false },
);
export type OpcuaJobControlSettings = Static<typeof OpcuaJobControlSettings>;
