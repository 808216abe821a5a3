import { describe, expect, it } from "vitest";
import { hashPassword, oneTimePassword, passwordMatches } from "./password.ts";

describe("passwords", () => {
  it("are stored as Argon2id with OWASP's cost and a salt of their own", async () => {
    const [one, other] = await Promise.all([hashPassword("weft and warp"), hashPassword("weft and warp")]);

    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(one).not.toBe(other);
  });

  it("match themselves and nothing else", async () => {
    const stored = await hashPassword("weft and warp");

    expect(await passwordMatches("weft and warp", stored)).toBe(true);
    expect(await passwordMatches("weft and wrap", stored)).toBe(false);
    expect(await passwordMatches("", stored)).toBe(false);
  });

  it("match nothing where there is no account", async () => {
    expect(await passwordMatches("weft and warp", null)).toBe(false);
  });

  it("are refused loudly when the stored text is not one of ours", async () => {
    await expect(passwordMatches("x", "plain")).rejects.toThrow("not an Argon2id PHC string");
  });

  it("come one-time as 20 random characters in readable groups", () => {
    expect(oneTimePassword()).toMatch(/^([\w-]{5}\.){3}[\w-]{5}$/);
    expect(oneTimePassword()).not.toBe(oneTimePassword());
  });
});
