#!/usr/bin/env node
// Heddle needs the Node that its package.json pins. This starts it, whatever Node a machine has.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const node = join(dirname(createRequire(import.meta.url).resolve("node/package.json")), "bin", "node");
const entry = join(here, "..", "src", "cli", "main.ts");

// The channel carries nothing: by its end a hub sees that we were killed, and stops.
const stdio = ["inherit", "inherit", "inherit", "ipc"];
const child = spawn(node, ["--no-warnings", entry, ...process.argv.slice(2)], { stdio });

// A terminal sends Ctrl-C to both of us; anybody else only to the process they know.
for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"]) {
  process.on(signal, () => {
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  });
}

child.on("error", (error) => {
  console.error(`heddle cannot start ${node}: ${error.message}; run npm ci in the folder of heddle`);
  process.exitCode = 1;
});
child.on("exit", (code, signal) => {
  if (signal === null) process.exitCode = code ?? 1;
  else {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }
});
