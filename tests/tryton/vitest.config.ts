import { defineConfig } from "vitest/config";

/** What is shown against a real Tryton server, which is started from Debian's packages. */
export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: [
      "tests/tryton/**/*.test.ts",
      "src/connectors/tryton/connector.test.ts",
      "src/connectors/tryton/orders-for-mes.test.ts",
      "src/connectors/tryton/production.test.ts",
    ],
    env: { HEDDLE_TRYTON: "real" },
    // The first start may install packages.
    hookTimeout: 600_000,
    testTimeout: 300_000,
    maxWorkers: 1,
  },
});
