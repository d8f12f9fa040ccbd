import { retryPauseMs, wantsRetry } from "../retrying.ts";
import { isOver, leftMs } from "../timeouts.ts";
import { type FlowCall, isRepeatable, type Leg, recorded, spent } from "./call.ts";

/** Repeats what failed, as the option `retry` says. */
export function retrying(call: FlowCall, next: Leg): Leg {
  const { retry, events, settings: { limits, signal } } = call;
  if (retry === null) return next;
  return async (request, hop) => {
    for (let attempt = 1;; attempt++) {
      const response = await next(request, hop);
      const { method } = request;
      if (!isRepeatable(request) || !wantsRetry(retry, method, response, attempt)) return response;
      if (isOver(limits)) return response;
      await recorded(call);
      await spent(call, response);
      await events.emit("requestRetried", { response, attempt: attempt + 1 });
      // Once the call's time is over, the next attempt says so. Timers may be early by a part of 1 ms.
      await pause(Math.min(retryPauseMs(retry, response, attempt), leftMs(limits) + 1), signal);
    }
  };
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return Promise.resolve(); // The next attempt says that it was aborted.
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done);
  });
}
