import type { Command } from "commander";
import type { ConflictPage, ConflictView, MergeSide, ResolvedConflicts } from "../../api/contract.ts";
import { findChange, pathOf, readChange } from "../change-in-hub.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { drawConflict, drawConflicts, resolvedText, revokedText } from "../draw-conflicts.ts";
import { CliFailure } from "../failure.ts";
import { connectHub, withHubOptions, type HubClient, type HubClientOptions } from "../hub-client.ts";
import { refuseShortReason } from "../reason.ts";

type AnswerOptions = { readonly keep?: string; readonly reason?: string };
type ListOptions = HubClientOptions &
  AnswerOptions & {
    readonly change?: string;
    readonly item?: string;
    readonly plant?: string;
    readonly all?: boolean;
  };
type OneOptions = HubClientOptions & AnswerOptions & { readonly revoke?: boolean };

/** `heddle conflicts`, `heddle conflict`: what engineering and a plant's planners changed, each differently. */
export function registerConflicts(program: Command, cli: Cli): void {
  withHubOptions(program.command("conflicts"))
    .description("List conflicts of engineering's plans with the plants' own edits, or give one answer to a change's.")
    .option("--change <number>", "that this change asks")
    .option("--item <number>", "in the mBOM of one item")
    .option("--plant <id>", "of one plant")
    .option("--all", "those that are answered or gone too")
    .option("--keep <side>", "whose word stands in all that --change asks: plant or engineering")
    .option("--reason <text>", "why, for the audit")
    .action((options: ListOptions) => cli.run(() => listOrAnswer(options, cli)));
  withHubOptions(program.command("conflict"))
    .description("Show one conflict with the lines around it, answer it, or take its answer back.")
    .argument("<id>", "as the list shows it")
    .option("--keep <side>", "whose word stands: plant or engineering; later changes go by it too")
    .option("--revoke", "take the answer in force back: it is asked again")
    .option("--reason <text>", "why, for the audit")
    .action((id: string, options: OneOptions) => cli.run(() => showOrAnswer(id, options, cli)));
}

async function listOrAnswer(options: ListOptions, cli: Cli): Promise<ExitCode> {
  const answer = answerIn(options);
  return answer === null ? list(options, cli) : answerAll(options, answer, cli);
}

async function list({ change, item, plant, all, ...options }: ListOptions, cli: Cli): Promise<ExitCode> {
  const state = all === true ? undefined : "open";
  const given = Object.entries({ change, item, plant, state, limit: "200" }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  const hub = await connectHub(options);
  const page = await hub.call<ConflictPage>(`GET /api/conflicts?${new URLSearchParams(given).toString()}`);
  if (cli.json()) cli.out(JSON.stringify(page, null, 2));
  else
    cli.out(
      page.conflicts.length === 0 ? nothing(all === true, { change, item, plant }) : drawConflicts(page.conflicts),
    );
  if (page.next !== null) cli.progress("and older ones: --change, --item or --plant narrow the list");
  return EXIT.ok;
}

type Narrowed = Readonly<Record<"change" | "item" | "plant", string | undefined>>;

/** Says what was looked for, so that a mistyped number is seen. */
function nothing(all: boolean, { change, item, plant }: Narrowed): string {
  const words = [
    all ? "nothing was ever in conflict" : "nothing is in conflict",
    ...(change === undefined ? [] : [`by change ${change}`]),
    ...(item === undefined ? [] : [`in the mBOM of ${item}`]),
    ...(plant === undefined ? [] : [`in plant ${plant}`]),
  ];
  return words.join(" ");
}

/** Of the plan that counts now, which is shown first as it will be answered. */
async function answerAll(
  { change, plant, item, ...options }: ListOptions,
  answer: Answer,
  cli: Cli,
): Promise<ExitCode> {
  if (item !== undefined) {
    throw new CliFailure("one answer is to all that a change asks, whatever the item", {
      field: "--item",
      fix: "leave --item out, or answer one by one: npx heddle conflict <id> --keep …",
    });
  }
  if (change === undefined) {
    throw new CliFailure("one answer to all is for one change", {
      field: "--change",
      fix: "name the change, or answer one by one: npx heddle conflict <id> --keep …",
    });
  }
  const hub = await connectHub(options);
  const at = await findChange(hub, change, plant);
  const { plan } = await readChange(hub, at);
  if (plan === null) {
    throw new CliFailure(`${at.change} has no plan yet in plant ${at.plant}`, {
      system: "heddle",
      field: "--change",
      fix: "wait until it is planned: npx heddle status",
    });
  }
  const request = `POST ${pathOf(at)}/resolve-conflicts`;
  const answered = await hub.call<ResolvedConflicts>(request, { digest: plan.digest, ...answer });
  if (cli.json()) cli.out(JSON.stringify(answered, null, 2));
  else cli.out(answeredText(answered.resolved, answer.stands, at.change));
  return EXIT.ok;
}

function answeredText(resolved: readonly string[], stands: MergeSide, change: string): string {
  if (resolved.length === 0) return `${change} asks nothing that is not answered`;
  return `${resolved.join(", ")}: ${stands} stands. ${change} is planned again with it.`;
}

async function showOrAnswer(id: string, { revoke, ...options }: OneOptions, cli: Cli): Promise<ExitCode> {
  const path = `/api/conflicts/${encodeURIComponent(id)}`;
  const done = revoke === true ? await takeBack(path, options) : await readOrAnswer(path, options, cli);
  cli.out(cli.json() ? JSON.stringify(done.view, null, 2) : done.text);
  return EXIT.ok;
}

/** How the conflict is now, and what to tell of it. */
type Done = { readonly view: ConflictView; readonly text: string };

async function takeBack(path: string, { keep, reason, ...options }: OneOptions): Promise<Done> {
  if (keep !== undefined) {
    throw new CliFailure("an answer is given or taken back, not both", {
      field: "--revoke",
      fix: "take it back first, then answer anew",
    });
  }
  const given = needed(reason, "the answer is taken back");
  const hub = await connectHub(options);
  const view = await hub.call<ConflictView>(`POST ${path}/revoke`, { reason: given });
  return { view, text: revokedText(view.row) };
}

async function readOrAnswer(path: string, options: OneOptions, cli: Cli): Promise<Done> {
  const answer = answerIn(options);
  const hub = await connectHub(options);
  const view = await hub.call<ConflictView>(`GET ${path}`);
  return answer === null ? { view, text: drawConflict(view) } : give(hub, path, view, answer, cli);
}

/** Answers what it has shown: what both say goes along, so that nothing else is answered. */
async function give(hub: HubClient, path: string, seen: ConflictView, answer: Answer, cli: Cli): Promise<Done> {
  if (!cli.json()) cli.progress(`${drawConflict(seen)}\n`);
  const { engineering: engineeringSaid, plant: plantSaid } = seen.row.said;
  const asked = { ...answer, engineeringSaid, plantSaid };
  const view = await hub.call<ConflictView>(`POST ${path}/resolution`, asked);
  return { view, text: resolvedText(view.row) };
}

type Answer = { readonly stands: MergeSide; readonly reason: string };

/** Null where nothing is to be answered. @throws CliFailure */
function answerIn({ keep, reason }: AnswerOptions): Answer | null {
  if (keep === undefined) {
    if (reason === undefined) return null;
    throw new CliFailure("there is a reason, and no answer that it is for", {
      field: "--reason",
      fix: "add --keep plant or --keep engineering",
    });
  }
  if (keep !== "plant" && keep !== "engineering") {
    throw new CliFailure(`nobody is called "${keep}" in a conflict`, {
      field: "--keep",
      fix: "write plant, for what the planners have in the ERP, or engineering, for what the change wants",
    });
  }
  return { stands: keep, reason: needed(reason, `the word of ${keep} stands`) };
}

function needed(reason: string | undefined, what: string): string {
  if (reason === undefined) {
    throw new CliFailure("an answer needs a reason", { field: "--reason", fix: 'say why: --reason "…"' });
  }
  refuseShortReason(reason, what);
  return reason;
}
