import { startDownpour } from "../downpour.ts";
import { failure, ROOT, start, treeRssBytes } from "../process.ts";
import { cpuSecondsOf, startServer } from "./pool.ts";

/** Series of each agent. */
const SERIES = 50;
/** After the load began, and before it ends: neither is measured. */
const EDGE_MS = 2000;
const LOOK_MS = 500;
/** How long agents and a run may take until they are there, seconds. */
const READY_SECONDS = 120;

/** What the coordinator of many agents takes, as its load goes on. */
export interface ManyFigure {
  readonly agents: number;
  /** Of one core. */
  readonly cpuShare: number;
  readonly mostRssBytes: number;
  /** That of the server. */
  readonly serverCpuShare: number;
}

/** Runs a load on simulated agents and looks at its coordinator. */
export async function measureMany(
  agents: number,
  folder: string,
  seconds: number,
): Promise<ManyFigure> {
  const limitSeconds = 2 * READY_SECONDS + seconds;
  const server = await startServer(folder, limitSeconds);
  const joined = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const fleet = await start([
    ...[
      Deno.execPath(),
      "run",
      "--no-prompt",
      "--allow-net=127.0.0.1",
      `${ROOT}bench/distributed/fleet.ts`,
    ],
    ...[server.url, String(agents), String(SERIES)],
  ], {
    limitSeconds,
    onOutput: (text) => {
      if (text.includes("joined")) joined.resolve();
      if (text.includes("started")) started.resolve();
    },
  });
  fleet.finished.then((result) => joined.reject(failure(["fleet"], result)));
  try {
    await joined.promise;
    const run = await startDownpour([
      ...["run", `${ROOT}bench/scripts/empty.ts`, "--on", server.url],
      ...["--agents", String(agents), "-u", String(agents), "--no-save"],
      ...["-d", `${seconds + READY_SECONDS}s`],
    ], { limitSeconds });
    run.finished.then((result) => started.reject(failure(["downpour"], result)));
    await started.promise;
    await sleep(EDGE_MS);
    const pids = [[run.pid], [server.pid]];
    const before = await Promise.all(pids.map(cpuSecondsOf));
    const from = performance.now();
    let mostRssBytes = 0;
    while (performance.now() < from + seconds * 1000) {
      await sleep(LOOK_MS);
      mostRssBytes = Math.max(mostRssBytes, await treeRssBytes(run.pid));
    }
    const after = await Promise.all(pids.map(cpuSecondsOf));
    const took = (performance.now() - from) / 1000;
    const [own, servers] = after.map((value, at) => (value - before[at]!) / took);
    await run.stop();
    return { agents, cpuShare: own!, mostRssBytes, serverCpuShare: servers! };
  } finally {
    await fleet.stop();
    await server.stop();
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
