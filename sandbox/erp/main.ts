import { optionsFromCommandLine, runUntilStopped } from "../http/command-line.ts";
import { startSandboxErp } from "./server.ts";

runUntilStopped("sandbox-erp", await startSandboxErp(optionsFromCommandLine()));
