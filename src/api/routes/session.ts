import { setPassword } from "../../store/accounts.ts";
import { recordAudit } from "../../store/audit.ts";
import { createSession, endSession, endSessionsOf, forgetExpiredSessions } from "../../store/sessions.ts";
import { NewPassword, Session, SignIn } from "../contract.ts";
import { hashPassword } from "../password.ts";
import { sessionCookie, signedIn, signedInByPassword } from "../principal.ts";
import { ApiError } from "../problem.ts";
import { answers, type RouteGroup } from "../route-group.ts";
import { checkPassword } from "../sign-in.ts";
import { randomToken, tokenHash } from "../token.ts";
import { Type } from "typebox";

/** A working day: long enough for a shift, too short for a forgotten browser. */
const LIFETIME_SECONDS = 12 * 60 * 60;

export const sessionRoutes: RouteGroup =
  ({ database, publicUrl }) =>
  async (app) => {
    const cookie = sessionCookie(publicUrl);
    const cookieOptions = { path: "/", httpOnly: true, sameSite: "strict", secure: cookie.secure } as const;

    app.post(
      "/api/session",
      { schema: { summary: "Sign in", body: SignIn, response: answers({ 200: Session }) } },
      async (request, reply) => {
        const { account, role, mustChangePassword } = await checkPassword(database, {
          ...request.body,
          address: request.ip,
        });
        const token = randomToken();
        await forgetExpiredSessions(database.pool);
        await database.transaction(async (tx) => {
          await createSession(tx, { tokenHash: tokenHash(token), account, lifetimeSeconds: LIFETIME_SECONDS });
          await recordAudit(tx, { who: account, what: "signed in", subject: null, detail: { address: request.ip } });
        });
        reply.setCookie(cookie.name, token, { ...cookieOptions, maxAge: LIFETIME_SECONDS });
        return { account, role, mustChangePassword };
      },
    );

    app.get(
      "/api/session",
      { schema: { summary: "Who is signed in", response: answers({ 200: Session }) } },
      async (request) => {
        const { account, role, mustChangePassword } = signedIn(request);
        return { account, role, mustChangePassword };
      },
    );

    app.delete(
      "/api/session",
      { schema: { summary: "Sign out", response: answers({ 204: Type.Null() }) } },
      async (request, reply) => {
        const { account, via } = signedInByPassword(request);
        await database.transaction(async (tx) => {
          await endSession(tx, via.tokenHash);
          await recordAudit(tx, { who: account, what: "signed out", subject: null, detail: {} });
        });
        return reply.clearCookie(cookie.name, cookieOptions).code(204).send(null);
      },
    );

    app.put(
      "/api/session/password",
      { schema: { summary: "Replace one's own password", body: NewPassword, response: answers({ 200: Session }) } },
      async (request) => {
        const { account, role, via } = signedInByPassword(request);
        const { current, next } = request.body;
        await checkPassword(database, { account, password: current, address: request.ip });
        if (next === current) {
          throw new ApiError("invalid-input", "The new password is the old one.", { field: "body.next" });
        }
        const hash = await hashPassword(next);
        await database.transaction(async (tx) => {
          await setPassword(tx, account, { hash, mustChange: false });
          await endSessionsOf(tx, account, via.tokenHash);
          await recordAudit(tx, { who: account, what: "password changed", subject: null, detail: { account } });
        });
        return { account, role, mustChangePassword: false };
      },
    );
  };
