/** Prints a line of a test's output, which test runners gather from the console. */
export function say(level: "debug" | "info" | "warn" | "error", text: string): void {
  // deno-lint-ignore downpour/console -- a test has no other place to tell people something
  console[level](text);
}
