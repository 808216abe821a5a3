/** The key that every sandbox system of a trial takes. */
export const SANDBOX_KEY = "trial-key";

/** A sandbox system as its own users drive it: without Heddle. */
export type Sandbox = {
  readonly url: string;
  readonly get: <T>(path: string) => Promise<T>;
  readonly send: <T>(
    method: "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body: unknown,
    etag?: string,
  ) => Promise<T>;
};

export function sandbox(url: string): Sandbox {
  const ask = async <T>(method: string, path: string, body?: unknown, etag?: string): Promise<T> => {
    const headers: Record<string, string> = { "x-api-key": SANDBOX_KEY };
    if (body !== undefined) headers["content-type"] = "application/json";
    if (etag !== undefined) headers["if-match"] = etag;
    const answer = await fetch(url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === "" ? null : JSON.parse(text)) as T;
  };
  return { url, get: (path) => ask("GET", path), send: (method, path, body, etag) => ask(method, path, body, etag) };
}

/** All pages of a list. */
export async function everyOne<T>({ get }: Pick<Sandbox, "get">, path: string): Promise<T[]> {
  const all: T[] = [];
  let page: string | null = "";
  while (page !== null) {
    const more: string = page === "" ? "" : `${path.includes("?") ? "&" : "?"}page=${encodeURIComponent(page)}`;
    const { value, next }: { value: T[]; next: string | null } = await get(path + more);
    all.push(...value);
    page = next;
  }
  return all;
}
