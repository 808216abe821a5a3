import type { Command } from "commander";
import { ProposalState, type ProposalPage, type ProposalView } from "../../api/contract.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { drawProposal, drawProposals } from "../draw-proposals.ts";
import { CliFailure } from "../failure.ts";
import { connectHub, withHubOptions, type HubClientOptions } from "../hub-client.ts";
import { refuseShortReason } from "../reason.ts";

type ListOptions = HubClientOptions & { readonly plant?: string; readonly item?: string; readonly state?: string };
type AnswerOptions = HubClientOptions & {
  readonly approve?: boolean;
  readonly dismiss?: boolean;
  readonly reason?: string;
};

const STATES: readonly string[] = ProposalState.anyOf.map((state) => state.const);

/** `heddle proposals`, `heddle proposal`: what production's figures call for. */
export function registerProposals(program: Command, cli: Cli): void {
  withHubOptions(program.command("proposals"))
    .description("List what production's figures call for: routing times, scrap factors, problem reports.")
    .option("--plant <id>", "of one plant")
    .option("--item <number>", "of one item")
    .option("--state <state>", `only these: ${STATES.join(", ")}`)
    .action((options: ListOptions) => cli.run(() => list(options, cli)));
  withHubOptions(program.command("proposal"))
    .description("Show one proposal with its evidence, or answer it.")
    .argument("<id>", "as the list shows it")
    .option("--approve", "agree; a problem report then goes to the PLM")
    .option("--dismiss", "turn it down")
    .option("--reason <text>", "why, for the audit")
    .action((id: string, options: AnswerOptions) => cli.run(() => showOrAnswer(id, options, cli)));
}

async function list(options: ListOptions, cli: Cli): Promise<ExitCode> {
  const { plant, item, state } = options;
  if (state !== undefined && !STATES.includes(state)) {
    throw new CliFailure(`no proposal is ever "${state}"`, {
      field: "--state",
      fix: `write one of: ${STATES.join(", ")}`,
    });
  }
  const given = Object.entries({ plant, item, state, limit: "200" }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  const hub = await connectHub(options);
  const page = await hub.call<ProposalPage>(`GET /api/proposals?${new URLSearchParams(given).toString()}`);
  if (cli.json()) cli.out(JSON.stringify(page, null, 2));
  else {
    cli.out(page.proposals.length === 0 ? "nothing is proposed" : drawProposals(page.proposals));
    if (page.next !== null) cli.out("and older ones: --state, --item or --plant narrow the list");
  }
  return EXIT.ok;
}

async function showOrAnswer(id: string, options: AnswerOptions, cli: Cli): Promise<ExitCode> {
  const answer = answerIn(options);
  const hub = await connectHub(options);
  const path = `/api/proposals/${encodeURIComponent(id)}`;
  const view =
    answer === null
      ? await hub.call<ProposalView>(`GET ${path}`)
      : await hub.call<ProposalView>(`POST ${path}/decision`, answer);
  cli.out(cli.json() ? JSON.stringify(view, null, 2) : drawProposal(view));
  return EXIT.ok;
}

/** Null where it is only to be shown. @throws CliFailure */
function answerIn({ approve, dismiss, reason }: AnswerOptions) {
  if (approve === true && dismiss === true) {
    throw new CliFailure("a proposal is approved or dismissed, not both", {
      field: "--dismiss",
      fix: "leave one of the two out",
    });
  }
  if (approve !== true && dismiss !== true) {
    if (reason === undefined) return null;
    throw new CliFailure("there is a reason, and no answer that it is for", {
      field: "--reason",
      fix: "add --approve or --dismiss",
    });
  }
  if (reason === undefined) {
    throw new CliFailure("an answer needs a reason", { field: "--reason", fix: 'say why: --reason "…"' });
  }
  refuseShortReason(reason, "the proposal is answered so");
  return { decision: approve === true ? "approve" : "dismiss", reason } as const;
}
