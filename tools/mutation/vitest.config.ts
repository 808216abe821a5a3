import { defineConfig } from "vitest/config";

/** The domain's own tests: what Stryker asks whether a mutant is noticed. */
export default defineConfig({
  test: {
    include: ["src/domain/**/*.test.ts"],
    setupFiles: ["tools/mutation/few-runs.ts"],
    testTimeout: 60_000,
  },
});
