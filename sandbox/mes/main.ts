import { optionsFromCommandLine, runUntilStopped } from "../http/command-line.ts";
import { startSandboxMes } from "./server.ts";

runUntilStopped("sandbox-mes", await startSandboxMes(optionsFromCommandLine()));
