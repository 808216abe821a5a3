import { EDITIONS, type Edition } from "./edition.ts";
import { idXml, textXml } from "./xml.ts";

/** Who speaks to whom, the same in every message of a connection. */
export type Parties = {
  readonly edition: Edition;
  /** Logical ids of sender and receiver. */
  readonly sender: string;
  readonly receiver: string | null;
};

/** A message: a verb applied to nouns (a "business object document"). */
type Bod = {
  /** Names the message, the same at each attempt: what makes a second one a repetition. */
  readonly id: string;
  readonly noun: "WorkSchedule" | "WorkPerformance" | "WorkMaster";
  readonly nounXml: string;
  /** When it is made, as ISO 8601. */
  readonly now: string;
};

/** Something for the receiver to do. `why` is for people. */
type Order = Bod & { readonly why?: { readonly code: string; readonly reason: string } };

/** Asks the receiver to take in what is new; it answers with Acknowledge. */
export function processBod(parties: Parties, bod: Order): string {
  return wrap(parties, bod, "Process", "OnError", ' acknowledgeCode="Always"', actionXml(bod, "Add"));
}

/** Asks for a change of what is there; the answer is Respond. */
export function changeBod(parties: Parties, bod: Order, action: "Change" | "Replaced"): string {
  return wrap(parties, bod, "Change", "OnError", ' responseCode="Always"', actionXml(bod, action));
}

/**
 * Publishes what the sender owns, as fact. The standard knows no other answer than ConfirmBOD, and reads a
 * Sync without an action expression as Add.
 */
export function syncBod(parties: Parties, bod: Order, action: "Add" | "Change" | "Replaced"): string {
  return wrap(parties, bod, "Sync", "Always", "", action === "Add" ? "" : actionXml(bod, action));
}

/** Says that the thing is no longer needed: not that it must be deleted. The answer is ConfirmBOD. */
export function cancelBod(parties: Parties, bod: Order): string {
  return wrap(parties, bod, "Cancel", "Always", "", actionXml(bod, null));
}

/** Asks for the nouns, or for all that the expression (XPath 2.0) selects; the answer is Show. */
export function getBod(parties: Parties, bod: Bod, expression: string | null): string {
  const expressionXml = expression === null ? "" : `<Expression>${textXml(expression)}</Expression>`;
  return wrap(parties, bod, "Get", "OnError", "", expressionXml);
}

const PATHS = {
  WorkSchedule: "/WorkSchedule/WorkRequest/JobOrder",
  WorkPerformance: "/WorkPerformance/WorkResponse/JobResponse",
  WorkMaster: "/WorkMaster",
} as const;

function actionXml({ noun, why }: Order, action: string | null): string {
  const expression =
    action === null
      ? ""
      : `<ActionExpression actionCode="${action}" expressionLanguage="XPath">${PATHS[noun]}</ActionExpression>`;
  const status =
    why === undefined
      ? ""
      : `<ChangeStatus><Code>${why.code}</Code><Description>${textXml(why.reason)}</Description></ChangeStatus>`;
  return `<ActionCriteria>${expression}${status}</ActionCriteria>`;
}

function wrap(
  { edition, sender, receiver }: Parties,
  { id, noun, nounXml, now }: Bod,
  verb: "Process" | "Change" | "Sync" | "Cancel" | "Get",
  confirm: "Always" | "OnError",
  attribute: string,
  criteria: string,
): string {
  const { namespace, releaseId } = EDITIONS[edition];
  const to = receiver === null ? "" : `<Receiver><LogicalID>${idXml("receiver", receiver)}</LogicalID></Receiver>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<${verb}${noun} xmlns="${namespace}" releaseID="${releaseId}">` +
    `<ApplicationArea><Sender><LogicalID>${idXml("sender", sender)}</LogicalID>` +
    `<ConfirmationCode>${confirm}</ConfirmationCode></Sender>${to}` +
    `<CreationDateTime>${now}</CreationDateTime><BODID>${idXml("key", id)}</BODID></ApplicationArea>` +
    `<DataArea><${verb}${attribute}>${criteria}</${verb}>${nounXml}</DataArea></${verb}${noun}>`
  );
}
