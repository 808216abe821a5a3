import { child, childrenOf, textOf, type XmlElement } from "./xml.ts";

/** What the MES says to one message. */
export type Answer = {
  /** BODID of the message that it answers; null when it does not say. */
  readonly to: string | null;
  /** `Confirm` says no more than that the message was taken or refused. */
  readonly verb: "Acknowledge" | "Respond" | "Show" | "Confirm";
  readonly refusal: Refusal | null;
  readonly jobs: readonly XmlElement[];
  readonly responses: readonly XmlElement[];
};

/** Why the MES did not do what it was asked. `code` is one of ours or the MES's own. */
export type Refusal = { readonly code: string; readonly words: string };

/** Reason codes that say more than "refused". */
export const REASONS = {
  duplicate: "Duplicate",
  notFound: "NotFound",
  versionConflict: "VersionConflict",
  busy: "Busy",
  denied: "AccessDenied",
} as const;

const VERBS = ["Acknowledge", "Respond", "Show", "Confirm"] as const;
const NOUNS = ["WorkSchedule", "WorkPerformance", "WorkMaster"];

/** Null when `root` is no answer of the kinds that Heddle asks for. */
export function readAnswer(root: XmlElement): Answer | null {
  const dataArea = child(root, "DataArea");
  const verb = VERBS.find((one) => isAnswer(root.name, one));
  if (verb === undefined) return null;
  const said = dataArea.children.find(({ name }) => name === verb);
  if (said === undefined) return null;
  return {
    to: originalBodId(said) ?? childrenOf(dataArea, "BOD").map(originalBodId).find(isText) ?? null,
    verb,
    refusal: refusalOf(said, dataArea),
    jobs: jobsIn(dataArea),
    responses: responsesIn(dataArea),
  };
}

function isAnswer(root: string, verb: (typeof VERBS)[number]): boolean {
  return verb === "Confirm" ? root === "ConfirmBOD" : NOUNS.some((noun) => root === verb + noun);
}

function originalBodId(element: XmlElement): string | null {
  return textOf(child(element, "OriginalApplicationArea"), "BODID");
}

function isText(text: string | null): text is string {
  return text !== null;
}

/** A message is refused when any part of it is: Heddle sends one thing in each. */
function refusalOf(said: XmlElement, dataArea: XmlElement): Refusal | null {
  const refused = childrenOf(said, "ResponseCriteria").find(
    (criteria) => child(criteria, "ResponseExpression").attributes["actionCode"] === "Rejected",
  );
  if (refused === undefined) return null;
  const status = child(refused, "ChangeStatus");
  const bod = child(dataArea, "BOD");
  const words = [
    ...[status, bod].flatMap((one) => childrenOf(one, "Description")),
    ...childrenOf(status, "Reason"),
    ...childrenOf(bod, "Note"),
  ];
  const code = textOf(status, "ReasonCode") ?? textOf(status, "Code") ?? "Rejected";
  const texts = words.map(({ text }) => text.trim()).filter((text) => text !== "");
  return { code, words: texts.length === 0 ? code : [...new Set(texts)].join("; ") };
}

function jobsIn(dataArea: XmlElement): readonly XmlElement[] {
  return childrenOf(dataArea, "WorkSchedule")
    .flatMap((schedule) => childrenOf(schedule, "WorkRequest"))
    .flatMap((request) => childrenOf(request, "JobOrder"));
}

function responsesIn(dataArea: XmlElement): readonly XmlElement[] {
  return childrenOf(dataArea, "WorkPerformance")
    .flatMap((performance) => childrenOf(performance, "WorkResponse"))
    .flatMap((response) => childrenOf(response, "JobResponse"));
}
