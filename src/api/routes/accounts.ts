import { Type } from "typebox";
import { changeAccount, countActiveAdmins, createAccount, listAccounts } from "../../store/accounts.ts";
import { recordAudit } from "../../store/audit.ts";
import { endSessionsOf } from "../../store/sessions.ts";
import { AccountChange, AccountList, AccountName, AccountView, NewAccount, OneTimePassword } from "../contract.ts";
import { issueOneTimePassword } from "../first-account.ts";
import { hashPassword, oneTimePassword } from "../password.ts";
import { signedInByPassword } from "../principal.ts";
import { ApiError } from "../problem.ts";
import { answers, type RouteGroup } from "../route-group.ts";

const AccountParams = Type.Object({ account: AccountName });

/** In whose name the hub itself acts in the audit trail. */
const RESERVED = "heddle";

export const accountRoutes: RouteGroup =
  ({ database }) =>
  async (app) => {
    app.get(
      "/api/accounts",
      { schema: { summary: "List accounts", response: answers({ 200: AccountList }) } },
      async () => ({
        accounts: await listAccounts(database.pool),
      }),
    );

    app.post(
      "/api/accounts",
      {
        schema: {
          summary: "Make an account with a one-time password",
          body: NewAccount,
          response: answers({ 201: OneTimePassword }),
        },
      },
      async (request, reply) => {
        const { account: by } = signedInByPassword(request);
        const { account, role } = request.body;
        const password = oneTimePassword();
        const passwordHash = await hashPassword(password);
        await database.transaction(async (tx) => {
          const made =
            account === RESERVED ? null : await createAccount(tx, { account, role, passwordHash, createdBy: by });
          if (made === null)
            throw new ApiError("account-exists", `The name ${account} is taken.`, { field: "body.account" });
          await recordAudit(tx, { who: by, what: "account created", subject: null, detail: { account, role } });
        });
        return reply.code(201).send({ account, oneTimePassword: password });
      },
    );

    app.patch(
      "/api/accounts/:account",
      {
        schema: {
          summary: "Change an account's role, disable or enable it",
          params: AccountParams,
          body: AccountChange,
          response: answers({ 200: AccountView }),
        },
      },
      async (request) => {
        const { account: by } = signedInByPassword(request);
        const { account } = request.params;
        return database.transaction(async (tx) => {
          await countActiveAdmins(tx); // takes their locks before ours
          const changed = await changeAccount(tx, account, request.body);
          if (changed === null) throw new ApiError("not-found", `There is no account ${account}.`);
          if ((await countActiveAdmins(tx)) === 0) {
            throw new ApiError("last-admin", `${account} is the last admin; nobody could manage accounts any more.`);
          }
          if (changed.disabled) await endSessionsOf(tx, account);
          await recordAudit(tx, {
            who: by,
            what: "account changed",
            subject: null,
            detail: { account, ...request.body },
          });
          return changed;
        });
      },
    );

    app.post(
      "/api/accounts/:account/one-time-password",
      {
        schema: {
          summary: "Give an account a new one-time password and sign it out",
          params: AccountParams,
          response: answers({ 200: OneTimePassword }),
        },
      },
      async (request) => {
        const { account: by } = signedInByPassword(request);
        const issued = await issueOneTimePassword(database, request.params.account, by);
        if (issued === null) throw new ApiError("not-found", `There is no account ${request.params.account}.`);
        return issued;
      },
    );
  };
