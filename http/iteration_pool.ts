import type { Context } from "../metrics/mod.ts";
import type { Pool } from "./pool.ts";

/** Closes what is idle in a pool at the end of each iteration that has used it (k6's `noVUConnectionReuse`). */
export function closeWithIterations(pool: Pool, context: Context): void {
  const idle = { close: () => pool.closeIdle() };
  pool.watch({ released: () => void context.owned?.add(idle), closed() {} });
}
