import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{src,sandbox,scenarios,console,bench,tools,tests}/**/*.test.{ts,tsx}"],
    // Those want a real Tryton: `npm run test:tryton`.
    exclude: ["**/node_modules/**", "tests/tryton/**"],
    // Two cores: more processes at once only make waits longer.
    maxWorkers: 2,
    // Tests that start hubs and browsers take ten seconds on an idle machine, and much longer on a busy one.
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
});
