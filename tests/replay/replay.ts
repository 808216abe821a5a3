import { explain } from "../../src/domain/bom/explain.ts";
import { startTrialHub } from "../kit/trial-hub.ts";
import { openFeederExports } from "./feeder-exports.ts";
import { replayHistory } from "./replay-history.ts";

/** `npm run replay -- <folder>`: a real BOM history, as files in a watched folder, through Heddle into the sandbox ERP. */
const folder = process.argv[2];
if (folder === undefined) {
  console.error("Name the folder of parts lists: npm run replay -- <folder>");
  process.exit(1);
}
const exports = await openFeederExports();
const trial = await startTrialHub({ rules: "rules/feeder.yaml", plant: "2000", seed: false, plm: exports.plm });
try {
  await replayHistory(folder, exports.folder, trial, ({ file, state, reason, writes, plan }) => {
    const blocked = plan.findings.filter(({ severity }) => severity === "blocked");
    console.log(`${file}  ${state}, ${writes} ${writes === 1 ? "write" : "writes"}`);
    for (const finding of blocked) console.log(`    ${explain(finding)}`);
    if (blocked.length === 0 && reason !== null) console.log(`    ${reason}`);
  });
} finally {
  await trial.close();
  await exports.close();
}
