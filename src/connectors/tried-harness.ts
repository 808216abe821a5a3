import type { PreparedWrite } from "./conformance.ts";
import type { Write } from "./port.ts";

/** A write with its input, as the suite tries it. */
export function tried<Input>({ write, find }: Write<Input>, input: Input): Pick<PreparedWrite, "write" | "find"> {
  return { write: (key) => write(input, key), find: (key) => find(input, key) };
}
