import { expect, it } from "vitest";
import { idempotencyKey } from "./idempotency-key.ts";

it("keeps what fits, and digests what an order's number may be besides", () => {
  expect(idempotencyKey("1000:MO-5001:v2")).toBe("1000:MO-5001:v2");
  const odd = ["1000:MO 5001/7:v2", "1000:MO-5001:v2".padEnd(65, "0"), "1000:Größe:v1"].map(idempotencyKey);
  for (const key of odd) expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set(odd).size).toBe(3);
});
