const told = new Set<string>();

/** Warns of what a script should know, once for the process. */
export function warnOnce(message: string): void {
  if (told.has(message)) return;
  told.add(message);
  // deno-lint-ignore downpour/console -- there is no result to carry it, and silence would be worse
  console.warn(message);
}
