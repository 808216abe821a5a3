import { Type, type Static } from "typebox";
import { SPARING } from "../http/settings.ts";

/** `ns=1;s=Receiver`, or with the namespace by its address, which does not move: `nsu=urn:line;s=Receiver`. */
const NODE_ID = { pattern: "^(ns=\\d{1,5};|nsu=[^;\\s]+;)?[isgb]=.+$", maxLength: 1_000 };

/** What `heddle.yaml` says of a connection of kind `opcua-job-control`. */
export const OpcuaJobControlSettings = Type.Object(
  {
    url: Type.String({
      pattern: "^opc\\.tcp://[^/?#@\\s]+(/[^?#\\s]*)?$",
      maxLength: 2_000,
      description: "The server's endpoint, for instance opc.tcp://line-3:4840/UA.",
    }),
    receiver: Type.String({
      ...NODE_ID,
      description:
        "Node id of the object of type ISA95JobOrderReceiverObjectType that takes job orders, for instance nsu=urn:line-3;s=JobOrderReceiver.",
    }),
    responses: Type.Union([Type.String(NODE_ID), Type.Null()], {
      default: null,
      description:
        "Node id of the object of type ISA95JobResponseProviderObjectType; without it pieces made are not known.",
    }),
    pkiFolder: Type.String({
      minLength: 1,
      maxLength: 1_000,
      description:
        "Folder of Heddle's own certificate and of the certificates that it trusts: own, trusted, issuers, rejected.",
    }),
    securityMode: Type.Enum(["SignAndEncrypt", "Sign", "None"], {
      default: "SignAndEncrypt",
      description: "Everything else than SignAndEncrypt is for tests in a closed network.",
    }),
    securityPolicy: Type.Enum(["Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss", "None"], {
      default: "Basic256Sha256",
      description: "How what is sent is signed and encrypted; None only where securityMode is None.",
    }),
    userName: Type.Union([Type.String({ minLength: 1, maxLength: 200 }), Type.Null()], {
      default: null,
      description: "Who Heddle is there; null is anonymous.",
    }),
    password: Type.String({
      maxLength: 1_000,
      default: "",
      description: "Never logged. Refer to it: ${env:NAME} or ${file:path}.",
    }),
    checkEndpoint: Type.Boolean({
      default: true,
      description:
        "Whether url must be one that the server itself names; false where it stands behind address translation.",
    }),
    dispatchBy: Type.Enum(["StoreAndStart", "Store"], {
      default: "StoreAndStart",
      description: "Store leaves it to a person there to allow the start.",
    }),
    abortRunning: Type.Boolean({
      default: false,
      description: "Whether cancelling a job that has begun aborts it; if not, the answer is 'too late'.",
    }),
    versionParameter: Type.String({
      minLength: 1,
      maxLength: 100,
      default: "HeddleVersion",
      description: "Name of the job order's parameter that carries its version.",
    }),
    publishingMs: Type.Integer({
      minimum: 20,
      maximum: 60_000,
      default: 500,
      description: "How often the server tells what happened, in milliseconds.",
    }),
    timeoutMs: Type.Integer({
      minimum: 100,
      maximum: 600_000,
      default: 15_000,
      description: "How long connecting, reconnecting or one request may take, in milliseconds.",
    }),
    maxConcurrent: Type.Integer({
      minimum: 1,
      maximum: 64,
      default: 4,
      description: "Requests that are open at the same time.",
    }),
    maxPerSecond: SPARING.maxPerSecond,
    failuresToPause: SPARING.failuresToPause,
    pauseMs: SPARING.pauseMs,
  },
  { additionalProperties: false },
);
export type OpcuaJobControlSettings = Static<typeof OpcuaJobControlSettings>;
