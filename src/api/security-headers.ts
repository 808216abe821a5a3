import type { FastifyInstance } from "fastify";

/**
 * Nothing but our own files runs, nobody frames us, nothing leaks in a referrer. Styles may stand inline
 * because the console's component library writes them so.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

export function sendSecurityHeaders(app: FastifyInstance, publicUrl: string | null): void {
  const https = publicUrl?.startsWith("https:") ?? false;
  app.addHook("onRequest", async (request, reply) => {
    reply.headers({
      "content-security-policy": CONTENT_SECURITY_POLICY,
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      ...(https ? { "strict-transport-security": "max-age=31536000" } : {}),
      ...(request.url.startsWith("/api/") ? { "cache-control": "no-store" } : {}),
    });
  });
}
