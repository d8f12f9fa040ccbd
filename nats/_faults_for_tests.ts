import { type Context, newContext, Registry, runInContext } from "../metrics/mod.ts";

/** What a run measured. */
export interface Measured {
  readonly registry: Registry;
  /** A counter's total, or how many samples a trend has; tags narrow it down. */
  count(metric: string, where?: Record<string, string>): number;
}

/** Calls `body` as a virtual user of a run would be, and gives it what was measured so far. */
export async function measured(body: (measured: Measured) => Promise<void>): Promise<void> {
  const registry = new Registry();
  const context: Context = newContext(registry);
  const count = (metric: string, where?: Record<string, string>): number => {
    const found = registry.select(metric, where);
    if (found?.type === "counter") return found.total;
    return found?.type === "trend" ? found.histogram.count : 0;
  };
  await runInContext(context, () => body({ registry, count }));
}

/** Waits until something holds; what does not within `limitMs` is an error that names it. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs: number = 15_000,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
