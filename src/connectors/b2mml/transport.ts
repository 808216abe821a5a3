import { ConnectorError, type FailurePlace } from "../connector-error.ts";
import type { Clock } from "../http/clock.ts";
import { LONGEST_WAIT_MS, type Connection, type ConnectionStatus } from "../http/connection.ts";
import { readAnswer, REASONS, type Answer } from "./wire.ts";
import { readXml } from "./xml.ts";

/** One message on its way. */
export type Message = {
  readonly place: FailurePlace;
  readonly bodId: string;
  readonly xml: string;
  /** Whether it may change something at the MES, so that a lost answer matters. */
  readonly isWrite: boolean;
};

/** Carries a message to the MES and its answer back. Every rejection is a `ConnectorError`. */
export type Transport = {
  readonly ask: (message: Message) => Promise<Answer>;
  readonly status: () => ConnectionStatus;
  readonly close: () => Promise<void>;
};

/** The answer in `text`. A write whose answer cannot be read is most likely done: looking it up decides. */
export function answerIn(text: string, namespace: string, { place, bodId, isWrite }: Message): Answer {
  const read = readXml(text, namespace);
  const answer = read.root === undefined ? null : readAnswer(read.root);
  if (answer !== null && (answer.to === null || answer.to === bodId)) return accepted(answer, place);
  const problem =
    read.root === undefined
      ? read.problem
      : answer === null
        ? `<${read.root.name}> is no answer to a request`
        : `it answers message "${answer.to}"`;
  throw new ConnectorError(isWrite ? "answer lost" : "contract broken", {
    ...place,
    cause: `the answer is unreadable: ${problem}`.slice(0, 500),
  });
}

/** Refusals that are about the connection, not about the job. */
export function accepted(answer: Answer, place: FailurePlace): Answer {
  const { refusal } = answer;
  if (refusal?.code === REASONS.busy) throw new ConnectorError("overloaded", { ...place, cause: refusal.words });
  if (refusal?.code === REASONS.denied) throw new ConnectorError("access denied", { ...place, cause: refusal.words });
  return answer;
}

/** Tries again what certainly was not done; whoever called decides on everything else. */
export async function patiently<T>(
  connection: Connection,
  attempts: number,
  clock: Clock,
  place: FailurePlace,
  once: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await connection.run(place, once);
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      const wait = error.at.retryAfterMs ?? 100 * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
      if (error.retry !== "later" || attempt >= attempts || wait > LONGEST_WAIT_MS) throw error;
      await clock.wait(wait);
    }
  }
}
