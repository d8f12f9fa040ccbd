/** Waits until something holds; what does not within `limitMs` is an error that names it. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs: number = 30_000,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
