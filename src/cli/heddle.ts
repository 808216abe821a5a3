import { Command, CommanderError } from "commander";
import { EXIT, type Cli, type ExitCode, type Output, type RegisterCommand } from "./command.ts";
import { registerAccount } from "./commands/account.ts";
import { registerBom } from "./commands/bom.ts";
import { registerApply } from "./commands/apply.ts";
import { registerConflicts } from "./commands/conflicts.ts";
import { registerConnectorTest } from "./commands/connector-test.ts";
import { registerDeviations } from "./commands/deviations.ts";
import { registerDoctor } from "./commands/doctor.ts";
import { registerEffect } from "./commands/effect.ts";
import { registerKeptApart } from "./commands/kept-apart.ts";
import { registerKpis } from "./commands/kpis.ts";
import { registerLookAgain } from "./commands/look-again.ts";
import { registerOrder } from "./commands/order.ts";
import { registerOrders } from "./commands/orders.ts";
import { registerPlan } from "./commands/plan.ts";
import { registerProposals } from "./commands/proposals.ts";
import { registerProduction } from "./commands/production.ts";
import { registerRecall } from "./commands/recall.ts";
import { registerRefuse } from "./commands/refuse.ts";
import { registerRollback } from "./commands/rollback.ts";
import { registerRulesTest } from "./commands/rules-test.ts";
import { registerSandbox } from "./commands/sandbox.ts";
import { registerShifts } from "./commands/shifts.ts";
import { registerStatus } from "./commands/status.ts";
import { registerTrace } from "./commands/trace.ts";
import { registerUp } from "./commands/up.ts";
import { CliFailure, failureJson, failureText, FileMistakes } from "./failure.ts";

/** Every command there is, in the order that `heddle --help` shows. */
const COMMANDS: readonly RegisterCommand[] = [
  registerUp,
  registerStatus,
  registerPlan,
  registerBom,
  registerApply,
  registerRefuse,
  registerLookAgain,
  registerRollback,
  registerConflicts,
  registerOrders,
  registerOrder,
  registerShifts,
  registerDeviations,
  registerEffect,
  registerProposals,
  registerProduction,
  registerTrace,
  registerRecall,
  registerKpis,
  registerKeptApart,
  registerRulesTest,
  registerConnectorTest,
  registerDoctor,
  registerSandbox,
  registerAccount,
];

/** Runs one command line to its end and says how it went; never throws what a person can mend. */
export async function runHeddle(args: readonly string[], output: Output): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = new Command("heddle")
    .description("Carries engineering changes from PLM to ERP, and production orders from ERP to MES.")
    .option("--json", "print results and errors as JSON")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.out(text.trimEnd()),
      writeErr: (text) => output.progress(text.trimEnd()),
    })
    .showHelpAfterError("Run heddle --help for what there is.");
  const cli: Cli = {
    ...output,
    json: () => program.opts<{ json?: boolean }>().json === true,
    run: async (work) => {
      exitCode = await toldFailures(work, cli);
    },
  };
  for (const register of COMMANDS) register(program, cli);
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has said what is wrong, or has printed the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.error;
    throw error;
  }
}

async function toldFailures(work: () => Promise<ExitCode>, cli: Cli): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CliFailure || error instanceof FileMistakes)) throw error;
    if (cli.json()) cli.out(JSON.stringify(failureJson(error), null, 2));
    else cli.progress(failureText(error));
    return EXIT.error;
  }
}
