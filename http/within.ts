import { HttpError } from "./errors.ts";

/**
 * Waits for a connection no longer than it may take.
 *
 * @param until `performance.now()` at which it has taken too long
 * @throws {HttpError} `request_timeout`, `aborted`
 */
export async function within<T>(
  awaited: Promise<T>,
  origin: string,
  until: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const onAbort = () =>
    reject(new HttpError("aborted", "connect", "request aborted by its signal", signal!.reason));
  const onTime = () => {
    const message = `no connection to ${origin} became free in time`;
    reject(new HttpError("request_timeout", "connect", message));
  };
  const timer = setTimeout(onTime, Math.max(0, until - performance.now()));
  signal?.addEventListener("abort", onAbort);
  awaited.then(resolve, reject);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}
