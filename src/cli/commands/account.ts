import { userInfo } from "node:os";
import type { Command } from "commander";
import { Value } from "typebox/value";
import { AccountName, Role } from "../../api/contract.ts";
import { atAccessDesk } from "../../hub/hub-database.ts";
import { readConfig } from "../../hub/read-config.ts";
import { ROLES } from "../../store/accounts.ts";
import { EXIT, type Cli, type ExitCode } from "../command.ts";
import { CliFailure } from "../failure.ts";

type Options = { readonly config: string };
type KeyOptions = Options & {
  readonly account: string;
  readonly name: string;
  readonly role: string;
  readonly days: string;
};

/** `heddle account` and `heddle key`: access to the hub, given on its machine, whether it runs or not. */
export function registerAccount(program: Command, cli: Cli): void {
  const account = program.command("account").description("Manage accounts, straight in the hub's database.");
  withConfig(account.command("add"))
    .description("Make an account and print its one-time password.")
    .argument("<name>", "lower case letters, digits and . _ @ -")
    .requiredOption("--role <role>", `one of ${ROLES.join(", ")}`)
    .action((name: string, options: Options & { role: string }) => cli.run(() => addAccount(name, options, cli)));
  withConfig(account.command("reset"))
    .description("Give an account a new one-time password and sign it out everywhere.")
    .argument("<name>")
    .action((name: string, options: Options) => cli.run(() => resetAccount(name, options, cli)));

  const key = program.command("key").description("Manage API keys, straight in the hub's database.");
  withConfig(key.command("add"))
    .description("Make an API key and print it, this once.")
    .requiredOption("--account <name>", "in whose name it acts")
    .option("--name <text>", "what it is for", "command line")
    .option("--role <role>", `at most: one of ${ROLES.join(", ")}`, "viewer")
    .option("--days <number>", "how long it is valid", "90")
    .action((options: KeyOptions) => cli.run(() => addKey(options, cli)));
}

function withConfig(command: Command): Command {
  return command.option("--config <file>", "of the hub on this machine", "heddle.yaml");
}

async function addAccount(name: string, options: Options & { role: string }, cli: Cli): Promise<ExitCode> {
  const account = accountName(name);
  const role = roleNamed(options.role);
  const made = await atAccessDesk(await readConfig(options.config), process.env, (desk) =>
    desk.addAccount({ account, role, by: operator() }),
  );
  if (made === null) {
    throw new CliFailure(`the name ${account} is taken`, {
      field: "name",
      fix: `choose another, or give that account a new password: npx heddle account reset ${account}`,
    });
  }
  if (cli.json()) cli.out(JSON.stringify({ ...made, role }, null, 2));
  else cli.out(`${account} (${role}) signs in with the one-time password ${made.oneTimePassword}`);
  return EXIT.ok;
}

async function resetAccount(name: string, options: Options, cli: Cli): Promise<ExitCode> {
  const account = accountName(name);
  const issued = await atAccessDesk(await readConfig(options.config), process.env, (desk) =>
    desk.issueOneTimePassword(account, operator()),
  );
  if (issued === null) throw unknownAccount(`there is no account ${account}`, account);
  if (cli.json()) cli.out(JSON.stringify(issued, null, 2));
  else cli.out(`${account} signs in with the one-time password ${issued.oneTimePassword}`);
  return EXIT.ok;
}

async function addKey(options: KeyOptions, cli: Cli): Promise<ExitCode> {
  const account = accountName(options.account);
  const role = roleNamed(options.role);
  const days = daysOf(options.days);
  const made = await atAccessDesk(await readConfig(options.config), process.env, (desk) =>
    desk.addApiKey({ account, name: options.name, role, days, by: operator() }),
  );
  if (made === null) throw unknownAccount(`there is no account ${account}, or it was disabled`, account);
  if (cli.json()) cli.out(JSON.stringify(made, null, 2));
  else
    cli.out(
      `${made.key}\n  acts as ${account}, at most ${role}, until ${made.apiKey.expiresAt}; it is shown this once`,
    );
  if (made.mustChangePassword) {
    cli.progress(
      `the key may do nothing until somebody has signed in as ${account} and replaced its one-time password`,
    );
  }
  return EXIT.ok;
}

/** Who did it, for the audit: the person at this machine. */
function operator(): string {
  return `${userInfo().username} on the hub's machine`;
}

function accountName(name: string): string {
  const fits: boolean = Value.Check(AccountName, name);
  if (fits) return name;
  throw new CliFailure(`"${name}" cannot be the name of an account`, {
    field: "name",
    fix: "use up to 64 lower case letters, digits and . _ @ -, beginning with a letter or digit",
  });
}

function roleNamed(role: string): Role {
  if (Value.Check(Role, role)) return role;
  throw new CliFailure(`there is no role "${role}"`, { field: "--role", fix: `write one of ${ROLES.join(", ")}` });
}

function daysOf(text: string): number {
  const days = Number(text);
  if (/^\d+$/.test(text) && days >= 1 && days <= 366) return days;
  throw new CliFailure(`"${text}" is no number of days`, { field: "--days", fix: "write one from 1 to 366" });
}

function unknownAccount(message: string, account: string): CliFailure {
  return new CliFailure(message, {
    field: "account",
    fix: `make it: npx heddle account add ${account} --role approver`,
  });
}
