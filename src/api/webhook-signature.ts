import type { IncomingHttpHeaders } from "node:http";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { ApiError } from "./problem.ts";

/** Checks a message's Standard Webhooks signature and age (5 minutes either way) against several secrets. */
export type Verifier = (message: { readonly text: string; readonly headers: WebhookHeaders }) => void;

type WebhookHeaders = { readonly id: string; readonly timestamp: string; readonly signature: string };

/**
 * @throws Error at once when a secret is not base64 after `whsec_`.
 * The verifier throws ApiError `signature-invalid` where no secret fits.
 */
export function verifierOf(connection: string, secrets: readonly string[]): Verifier {
  const keys = secrets.map((secret) => new Webhook(secret));
  return ({ text, headers: { id, timestamp, signature } }) => {
    const signed = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
    const complaints = keys.map((key) => complaint(() => key.verify(text, signed, { jsonParse: false })));
    if (complaints.includes(null)) return;
    const cause = complaints[0] ?? "no secret is configured";
    throw new ApiError("signature-invalid", `The webhook's signature for ${connection} does not hold: ${cause}.`, {
      system: connection,
    });
  };
}

function complaint(verify: () => void): string | null {
  try {
    verify();
    return null;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.message;
    throw error;
  }
}

/** @throws ApiError `signature-invalid` when one of the three headers is missing or malformed. */
export function signedHeaders(headers: IncomingHttpHeaders, connection: string): WebhookHeaders {
  const part = (name: string, form: RegExp): string => {
    const value = headers[name];
    if (typeof value === "string" && form.test(value)) return value;
    const lack = `The header ${name} is ${value === undefined ? "missing" : "malformed"}.`;
    throw new ApiError("signature-invalid", lack, { system: connection, field: `headers.${name}` });
  };
  return {
    id: part("webhook-id", /^[\x21-\x7e]{1,256}$/),
    timestamp: part("webhook-timestamp", /^\d{1,12}$/),
    signature: part("webhook-signature", /^[\x20-\x7e]{1,2000}$/),
  };
}
