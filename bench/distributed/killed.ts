import { downpourCommand } from "../downpour.ts";
import { ROOT, shell, start } from "../process.ts";
import type { BenchPool } from "./pool.ts";

/** When a run is well under way. */
const UNDER_WAY_MS = 3000;
/** How long a run goes on without a word of the loss. */
const SECONDS = 20;

/**
 * Kills the last agent of a pool while it runs a part, as a machine that loses its power.
 *
 * @returns milliseconds until the coordinator has said so
 */
export async function measureKilled(pool: BenchPool): Promise<number> {
  const agent = pool.agents.at(-1)!;
  let killedAt = Infinity;
  const noticed = Promise.withResolvers<number>();
  const run = await start([
    // What it says to people goes to standard error.
    ...["bash", "-c", 'exec "$@" 2>&1', "run", ...await downpourCommand()],
    ...["run", `${ROOT}bench/scripts/empty.ts`, "--on", pool.server.url, "--no-save"],
    ...["-u", String(pool.agents.length), "-d", `${SECONDS}s`],
  ], {
    limitSeconds: SECONDS + 60,
    onOutput: (text) => {
      if (/says nothing|nothing was heard/.test(text)) {
        noticed.resolve(performance.now() - killedAt);
      }
    },
  });
  run.finished.then(({ stdout }) =>
    noticed.reject(new Error(`the run ended without a word: ${stdout.trim().slice(-300)}`))
  );
  await new Promise((resolve) => setTimeout(resolve, UNDER_WAY_MS));
  const { code } = await shell('kill -KILL "$1"', String(agent.pid));
  if (code !== 0) throw new Error("kill an agent: it has ended");
  killedAt = performance.now();
  try {
    return await noticed.promise;
  } finally {
    await run.stop();
  }
}
