import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "commander";
import type { ChangeView, PlanView, RunState } from "../../api/contract.ts";
import type { ChangePlan } from "../../domain/change-plan.ts";
import { fromJson } from "../../domain/json.ts";
import { findChange, pathOf, readChange, stateText, type ChangeInPlant } from "../change-in-hub.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { drawChangePlan } from "../draw-change-plan.ts";
import { CliFailure } from "../failure.ts";
import { connectHub, withHubOptions, type HubClient, type HubClientOptions } from "../hub-client.ts";
import { refuseShortReason } from "../reason.ts";

type Options = HubClientOptions & { readonly plant?: string; readonly digest?: string; readonly reason: string };

/** `heddle apply`: approve the plan of a change, and see it through. */
export function registerApply(program: Command, cli: Cli): void {
  withHubOptions(program.command("apply"))
    .description("Show the plan of a change, approve exactly that plan, and follow it until it is applied.")
    .argument("<change>", "its number in the PLM")
    .requiredOption("--reason <text>", "why it may be applied, for the audit")
    .option("--plant <id>", "where it concerns several")
    .option("--digest <digest>", "approve only this plan, as status or the console shows it")
    .addHelpText(
      "after",
      `
Ctrl-C stops following, not the hub. Exit code 0: applied, in step already, or approved and
waiting for its day. 1: refused, or the hub did
not answer. 3: blocked or withdrawn, or planned again because the systems have moved.`,
    )
    .action((change: string, options: Options) => cli.run(() => apply(change, options, cli)));
}

async function apply(change: string, options: Options, cli: Cli): Promise<ExitCode> {
  refuseShortReason(options.reason, "the plan may be applied");
  const hub = await connectHub(options);
  const at = await findChange(hub, change, options.plant);
  const planned = await follow(hub, at, cli, (view) => !passesByItself(view));
  const digest = planned.row.state === "awaiting approval" ? await approve(hub, at, planned, options, cli) : null;
  const ended = await follow(hub, at, cli, (view) => isOver(view, digest));
  cli.out(cli.json() ? JSON.stringify(endJson(ended), null, 2) : endText(ended));
  return exitCodeOf(ended.row.state);
}

/** Whether it goes on without anybody: a blocked change too, once what blocked it was answered. */
function passesByItself({ row, isLookPending }: ChangeView): boolean {
  return UNDERWAY.has(row.state) || (row.state === "blocked" && isLookPending);
}

const UNDERWAY: ReadonlySet<RunState> = new Set(["planning", "waiting turn", "applying", "retrying"]);

/** Over, or with another plan than the one that was approved. */
function isOver(view: ChangeView, approved: string | null): boolean {
  if (view.row.state === "awaiting approval") return view.plan?.digest !== approved;
  return !passesByItself(view);
}

function exitCodeOf(state: RunState): ExitCode {
  if (state === "applied" || state === "in step" || state === "waiting day") return EXIT.ok;
  return state === "refused" ? EXIT.error : EXIT.blocked;
}

/** Approves what it has shown. The digest makes sure that nothing else is applied. */
async function approve(
  hub: HubClient,
  at: ChangeInPlant,
  { plan }: ChangeView,
  { digest, reason }: Options,
  cli: Cli,
): Promise<string> {
  if (plan === null) throw new Error(`the hub has no plan of ${at.change}, which it says awaits approval`);
  cli.progress(drawChangePlan(fromJson<ChangePlan>(plan.plan), plan.digest));
  if (digest !== undefined && digest !== plan.digest) {
    throw new CliFailure(`the plan of ${at.change} that counts now is ${plan.digest}`, {
      system: "heddle",
      field: "--digest",
      fix: "the systems have moved since that plan was made: read the new one, and give its digest",
    });
  }
  await hub.call(`POST ${pathOf(at)}/decision`, { digest: plan.digest, decision: "approve", reason });
  cli.progress(`\napproved: ${reason}`);
  return plan.digest;
}

const LOOK_EVERY_MS = 400;

/** Looks at the change until `isThere`, telling each step once. */
async function follow(
  hub: HubClient,
  at: ChangeInPlant,
  cli: Cli,
  isThere: (view: ChangeView) => boolean,
): Promise<ChangeView> {
  let told = "";
  for (;;) {
    const view = await readChange(hub, at);
    if (isThere(view)) return view;
    const step = stepText(view);
    if (step !== told && passesByItself(view)) cli.progress(step);
    told = step;
    await pause(LOOK_EVERY_MS);
  }
}

function stepText({ row, plan }: ChangeView): string {
  if (row.state === "blocked") return "blocked, and being looked at again";
  if (row.state !== "applying" && row.state !== "retrying") return stateText(row);
  return plan === null ? stateText(row) : `${stateText(row)} (${doneText(plan)})`;
}

function doneText({ plan, outcomes }: PlanView): string {
  const done = outcomes.filter(({ state }) => state === "done").length;
  return `${done} of ${fromJson<ChangePlan>(plan).actions.length} actions done`;
}

function endText({ row, plan }: ChangeView): string {
  const head = `${row.change} in plant ${row.plant}: ${stateText(row)}`;
  const receipts = (plan?.outcomes ?? []).flatMap(({ action, receipt }) =>
    receipt === null ? [] : [`  ${action} → ${receipt}`],
  );
  const failures = (plan?.outcomes ?? []).flatMap(({ action, state, error }) =>
    state === "done" || error === null
      ? []
      : [`  ${action} is ${state}: ${error.message}\n    ${error.fix ?? ""}`.trimEnd()],
  );
  const next =
    row.state === "awaiting approval" ? ["  The systems moved, so it was planned again: apply once more."] : [];
  return [head, ...(row.state === "applied" ? receipts : []), ...failures, ...next].join("\n");
}

function endJson({ row, plan }: ChangeView): unknown {
  return { ...row, digest: plan?.digest ?? null, outcomes: plan?.outcomes ?? [] };
}
