import { ConnectorError } from "../connectors/connector-error.ts";
import type { Receipt } from "../connectors/port.ts";
import type { Digest } from "../domain/ids.ts";
import { toJson } from "../domain/json.ts";
import type { Lease } from "../engine/lease.ts";
import type { Database, Transaction } from "../store/database.ts";
import { settleAction, startAction } from "../store/outcomes.ts";
import type { BoundWrite } from "./writes.ts";

/** A write, by the plan that holds it and its name in it. */
export type Step = { readonly digest: Digest; readonly action: string };

/**
 * Carries one write out exactly once. That it begins is committed before it is sent; when an earlier
 * attempt began and nobody knows how it ended, the target is asked before anything is sent again.
 * `record` commits with the outcome.
 *
 * @throws ConnectorError after the outcome is recorded: "refused", or "unknown" when the answer was lost
 *   and the look-up failed as well.
 */
export async function applyOnce(
  step: Step,
  bound: BoundWrite,
  { database, lease }: { database: Database; lease: Lease },
  record: (tx: Transaction, receipt: Receipt) => Promise<void>,
): Promise<void> {
  const earlier = await database.transaction((tx) => startAction(tx, lease, step.digest, step.action));
  if (earlier === "done") return;

  const settle = (receipt: Receipt): Promise<void> =>
    database.transaction(async (tx) => {
      await settleAction(tx, lease, step.digest, step.action, { state: "done", receipt });
      await record(tx, receipt);
    });
  try {
    const found = earlier === null ? null : await bound.find();
    lease.assertHeld();
    await settle(found ?? (await bound.write()));
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    if (error.retry === "look up") return lookUp(step, bound, { database, lease }, settle, error);
    // What was surely not done may simply be begun again.
    if (error.retry !== "later") {
      await settleAction(database.pool, lease, step.digest, step.action, { state: "refused", error: problemOf(error) });
    }
    throw error;
  }
}

/** The answer was lost. Asking at once settles nearly all of them. */
async function lookUp(
  { digest, action }: Step,
  bound: BoundWrite,
  { database, lease }: { database: Database; lease: Lease },
  settle: (receipt: Receipt) => Promise<void>,
  lost: ConnectorError,
): Promise<void> {
  await settleAction(database.pool, lease, digest, action, { state: "unknown", error: problemOf(lost) });
  const found = await bound.find();
  if (found === null) throw lost;
  await settle(found);
}

/** A failure as the API shows it. */
function problemOf(error: ConnectorError): ReturnType<typeof toJson> {
  const { system, field } = error.at;
  return toJson({ code: error.kind, message: error.message, system, field, fix: error.fix });
}
