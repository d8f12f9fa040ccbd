import { Deadlines, type Expiring } from "../internal/mod.ts";

const deadlines = new Deadlines();

/** Calls `expire` unless it is stopped before `timeoutMs` have passed; Infinity for never. */
export function watchTimeout(timeoutMs: number, expire: () => void): () => void {
  if (timeoutMs === Infinity) return () => {};
  const entry: Expiring = {
    deadline: performance.now() + timeoutMs,
    checkAt: 0,
    slot: -1,
    expire,
  };
  deadlines.watch(entry);
  return () => deadlines.unwatch(entry);
}
