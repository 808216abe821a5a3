/**
 * Gives `work` a signal that ends it after `ms`. Unlike `AbortSignal.timeout` it leaves no timer behind: a hub
 * makes thousands of requests in the time that one may take.
 */
export async function within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(new DOMException(`it took longer than ${ms} ms`, "TimeoutError")), ms);
  try {
    return await work(ending.signal);
  } finally {
    clearTimeout(timer);
  }
}
