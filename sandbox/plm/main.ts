import { optionsFromCommandLine, runUntilStopped } from "../http/command-line.ts";
import { startSandboxPlm } from "./server.ts";

runUntilStopped("sandbox-plm", await startSandboxPlm(optionsFromCommandLine()));
