import type { Dispatcher, Pool } from "undici";

export type ExchangeAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The body, read as UTF-8. */
  readonly text: string;
};

/**
 * One request and its whole answer, within `timeoutMs` in all; where that is not enough nothing more is sent. Told
 * in calls: undici's streams, and a signal for each request, cost a third more on the hub's busiest path.
 */
export function exchange(pool: Pool, request: Dispatcher.DispatchOptions, timeoutMs: number): Promise<ExchangeAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let status = 0;
    let headers: ExchangeAnswer["headers"] = {};
    let late: Error | null = null;
    let underway: Dispatcher.DispatchController | null = null;
    const timer = setTimeout(() => {
      late = new DOMException(`it took longer than ${timeoutMs} ms`, "TimeoutError");
      underway?.abort(late);
      reject(late);
    }, timeoutMs);
    const end = (settle: () => void) => {
      clearTimeout(timer);
      settle();
    };

    pool.dispatch(request, {
      onRequestStart(controller) {
        underway = controller;
        if (late !== null) controller.abort(late);
      },
      onResponseStart(_controller, statusCode, received) {
        status = statusCode;
        headers = received;
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd: () => end(() => resolve({ status, headers, text: decoder.decode(Buffer.concat(chunks)) })),
      onResponseError: (_controller, error) => end(() => reject(error)),
    });
  });
}

const decoder = new TextDecoder();
