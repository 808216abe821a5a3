import type { IdempotencyKey } from "../connectors/port.ts";
import { sha256 } from "./sealed.ts";

const FITS = /^[A-Za-z0-9.:-]{1,64}$/;

/** A key that a person can read where the text allows it, and its digest where it does not: always the same one. */
export function idempotencyKey(text: string): IdempotencyKey {
  return (FITS.test(text) ? text : sha256(text)) as IdempotencyKey;
}
