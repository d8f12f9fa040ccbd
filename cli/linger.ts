import { ExitCode } from "../internal/mod.ts";
import type { RunResult } from "../runner/mod.ts";
import type { Host } from "./host.ts";

/**
 * Waits for a Ctrl-C behind a run whose option `linger` asks for it (k6): what serves the run stays
 * till then. A run that was stopped by one is not waited behind.
 *
 * @param say tells people
 */
export async function linger(
  { options, exitCode }: Pick<RunResult, "options" | "exitCode">,
  host: Pick<Host, "onSignal">,
  say: (text: string) => void,
): Promise<void> {
  if (!options.linger || exitCode === ExitCode.signal) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const remove = host.onSignal(resolve);
  say("the run is over, and linger is on: Ctrl-C ends it");
  await promise;
  remove();
}
