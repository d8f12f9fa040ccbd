import type { RunOptions } from "../runner/mod.ts";
import type { Host } from "./host.ts";

/**
 * Waits for a Ctrl-C behind a run whose option `linger` asks for it (k6): what serves the run stays
 * till then. A run that was told to stop is not waited behind, whatever it exits with.
 *
 * @param stopped whether it was told to stop
 * @param say tells people
 */
export async function linger(
  options: RunOptions,
  stopped: () => boolean,
  host: Pick<Host, "onSignal">,
  say: (text: string) => void,
): Promise<void> {
  if (!options.linger || stopped()) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const remove = host.onSignal(resolve);
  say("the run is over, and linger is on: Ctrl-C ends it");
  await promise;
  remove();
}
