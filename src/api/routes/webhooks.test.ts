import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Hint } from "../../domain/hint.ts";
import type { ChangeId } from "../../domain/ids.ts";
import { subjectOf } from "../../store/subject.ts";
import { startTestApi, type TestApi } from "../testing.ts";

const SECRET = `whsec_${Buffer.from("a secret of the sandbox PLM").toString("base64")}`;
const NEXT_SECRET = `whsec_${Buffer.from("the secret that comes next").toString("base64")}`;

/** What a connector throws on a body its system does not send. */
class ConnectorError extends Error {
  override readonly name = "ConnectorError";
}

function hints(body: unknown): Hint[] {
  if (typeof body === "object" && body !== null && "eco" in body) return [{ kind: "change", id: body.eco as ChangeId }];
  throw new ConnectorError('plm failed while reading a webhook: contract broken: "eco" is missing');
}

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({
    webhooks: new Map([["plm", { secrets: [SECRET, NEXT_SECRET], hints }]]),
    subjectsOf: (_connection, hint) =>
      "id" in hint ? ["1000", "2000"].map((plant) => subjectOf("change", hint.id, plant).id) : [],
  });
});
afterAll(() => api.close());

let id = 0;
beforeEach(() => void id++);

type Sent = { body?: string; id?: string; at?: Date; secret?: string; signature?: string; to?: string };

async function deliver({ body = `{"eco":"ECO-${id}"}`, secret = SECRET, at = new Date(), to = "plm", ...sent }: Sent) {
  const message = sent.id ?? `msg_${id}`;
  const answer = await api.app.inject({
    method: "POST",
    url: `/webhooks/${to}`,
    headers: {
      "content-type": "application/json",
      "webhook-id": message,
      "webhook-timestamp": `${Math.floor(at.getTime() / 1000)}`,
      "webhook-signature": sent.signature ?? new Webhook(secret).sign(message, at, body),
    },
    payload: body,
  });
  return { status: answer.statusCode, body: answer.json<unknown>() };
}

/** Wake-ups that nobody has taken up, and messages stored: what an accepted webhook leaves. */
async function traces() {
  const { waiting } = await api.lanes.counts(api.database.pool);
  return waiting;
}

const refusal = (status: number, code: string, words: string) => ({
  status,
  body: { error: { code, message: expect.stringContaining(words) } },
});

describe("a webhook that is rightly signed", () => {
  it("wakes the change in every plant that is fed by the connection", async () => {
    const before = await traces();
    expect(await deliver({})).toEqual({ status: 200, body: { new: true, subjects: 2 } });
    expect(await traces()).toBe(before + 2);
  });

  it("does nothing when it comes again", async () => {
    await deliver({ id: "again" });
    const before = await traces();
    expect(await deliver({ id: "again", body: `{"eco":"ECO-OTHER"}` })).toEqual({
      status: 200,
      body: { new: false, subjects: 2 },
    });
    expect(await traces()).toBe(before);
  });

  it("does its work once when it comes many times at once", async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => deliver({ id: "burst" })));
    expect(answers.filter(({ body }) => (body as { new: boolean }).new)).toHaveLength(1);
  });

  it("may be signed with any secret in force", async () => {
    expect(await deliver({ secret: NEXT_SECRET })).toMatchObject({ status: 200 });
  });
});

describe("a webhook is refused and leaves nothing behind", () => {
  it.each<[string, Sent, ReturnType<typeof refusal>]>([
    [
      "with another secret",
      { secret: `whsec_${btoa("a guess")}` },
      refusal(401, "signature-invalid", "No matching signature"),
    ],
    ["with no signature", { signature: "" }, refusal(401, "signature-invalid", "webhook-signature is malformed")],
    ["with nonsense for one", { signature: "v1,%%%" }, refusal(401, "signature-invalid", "No matching signature")],
    ["that was sent six minutes ago", { at: minutesFromNow(-6) }, refusal(401, "signature-invalid", "too old")],
    ["that comes from the future", { at: minutesFromNow(6) }, refusal(401, "signature-invalid", "too new")],
    ["to a connection that takes none", { to: "erp" }, refusal(404, "not-found", '"erp"')],
    ["that is no JSON", { body: "eco=ECO-1" }, refusal(400, "body-not-json", "not valid JSON")],
    ["that is too deep", { body: "[".repeat(40) + "]".repeat(40) }, refusal(400, "body-too-complex", "32 levels")],
    ["that its system does not send", { body: "{}" }, refusal(400, "invalid-input", '"eco" is missing')],
  ])("%s", async (_what, sent, expected) => {
    const before = await traces();
    expect(await deliver(sent)).toMatchObject(expected);
    expect(await traces()).toBe(before);
  });

  it("whose body was changed on the way", async () => {
    const signature = new Webhook(SECRET).sign("msg", new Date(), `{"eco":"ECO-1"}`);
    expect(await deliver({ id: "msg", signature, body: `{"eco":"ECO-2"}` })).toMatchObject({ status: 401 });
  });

  it("of more than 256 KiB, before anyone looks at it", async () => {
    expect(await deliver({ body: JSON.stringify({ eco: "x".repeat(256 * 1024) }) })).toMatchObject({
      status: 413,
      body: { error: { code: "body-too-large" } },
    });
  });

  it("and may be sent again once its cause is mended", async () => {
    expect(await deliver({ id: "mended", secret: `whsec_${btoa("a guess")}` })).toMatchObject({ status: 401 });
    expect(await deliver({ id: "mended" })).toMatchObject({ status: 200, body: { new: true } });
  });
});

it("does not take a connection's secret that is no secret", async () => {
  const webhooks = new Map([["plm", { secrets: [""], hints }]]);
  await expect(startTestApi({ webhooks })).rejects.toThrow(/secret/i);
});

function minutesFromNow(minutes: number): Date {
  return new Date(Date.now() + minutes * 60_000);
}
