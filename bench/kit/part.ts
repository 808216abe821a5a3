import { fork } from "node:child_process";
import { once } from "node:events";

/** What a part of the benchmark does when asked; input and answer are JSON. */
export type Calls = Readonly<Record<string, (input: never) => unknown>>;

type Asked = { readonly id: number; readonly call: string; readonly input: unknown };
type Answered = { readonly id: number; readonly answer?: unknown; readonly error?: string };
type Ready = { readonly url: string };

/** What a process has cost so far. */
type Cost = { readonly cpuMicroseconds: number; readonly peakKilobytes: number };

/** A part of the benchmark in a process of its own. */
export type Part = {
  readonly url: string;
  readonly ask: <Answer>(call: string, input?: unknown) => Promise<Answer>;
  readonly cost: () => Promise<Cost>;
  readonly stop: () => Promise<void>;
};

/** Starts `script`, which ends its start with `servePart`. @throws Error when it ends by itself */
export async function startPart(script: string, settings: unknown): Promise<Part> {
  const child = fork(script, { env: { ...process.env, BENCH_PART: JSON.stringify(settings) }, stdio: "inherit" });
  const waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>();
  let asked = 0;
  let ended: Error | null = null;
  const exited = once(child, "exit");
  child.on("exit", (code) => {
    ended = new Error(`${script} ended with ${code ?? "a signal"}`);
    for (const { reject } of waiting.values()) reject(ended);
  });

  const url = await new Promise<string>((resolve, reject) => {
    child.once("message", (ready: Ready) => resolve(ready.url));
    child.once("exit", () => reject(new Error(`${script} ended before it was ready`)));
  });
  child.on("message", ({ id, answer, error }: Answered) => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) one?.resolve(answer);
    else one?.reject(new Error(`${script}: ${error}`));
  });

  const ask = <Answer>(call: string, input?: unknown) =>
    new Promise<Answer>((resolve, reject) => {
      if (ended !== null) return reject(ended);
      asked += 1;
      waiting.set(asked, { resolve: resolve as (answer: unknown) => void, reject });
      child.send({ id: asked, call, input } satisfies Asked);
    });
  return {
    url,
    ask,
    cost: () => ask<Cost>("cost"),
    async stop() {
      if (ended === null) await ask("stop");
      await exited;
    },
  };
}

/** In the part's process: it is ready at `url`, and answers its parent until it is told to stop. */
export function servePart(url: string, calls: Calls, close: () => Promise<void>): void {
  const all: Calls = { ...calls, cost, stop: () => undefined };
  process.on("message", ({ id, call, input }: Asked) => void answer(id, call, input));
  process.on("disconnect", () => process.exit(1)); // nobody is left to work for
  process.send?.({ url } satisfies Ready);

  async function answer(id: number, call: string, input: unknown): Promise<void> {
    try {
      const result: unknown = await all[call]?.(input as never);
      if (call === "stop") await close();
      process.send?.({ id, answer: result } satisfies Answered, () => call === "stop" && process.exit(0));
    } catch (error) {
      process.send?.({ id, error: String(error instanceof Error ? error.stack : error) } satisfies Answered);
    }
  }
}

/** What the parent told `startPart`. */
export function settingsOfPart<Settings>(): Settings {
  return JSON.parse(process.env["BENCH_PART"] ?? "null") as Settings;
}

function cost(): Cost {
  const { user, system } = process.cpuUsage();
  return { cpuMicroseconds: user + system, peakKilobytes: process.resourceUsage().maxRSS };
}
