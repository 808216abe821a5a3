/** Waits for a condition, not for a time; gives up after `withinMs`, saying how things stand then. */
export async function until<T>(
  what: string,
  check: () => Promise<T | null>,
  describe: () => string | Promise<string> = () => "",
  withinMs = 90_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await check();
    if (found !== null) return found;
    if (Date.now() > deadline) throw new Error(`gave up waiting until ${what}: ${await describe()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
