import { startDownpour } from "../downpour.ts";
import { freePorts } from "../listening.ts";
import type { FrameFigures } from "../page/browse.ts";
import { measureFrames } from "../page/programs.ts";
import { failure, ROOT, start, treeRssBytes } from "../process.ts";
import { cpuSecondsOf, startServer } from "./pool.ts";

/** Series of each agent. */
const SERIES = 50;
/** After the load began, and before it ends: neither is measured. */
const EDGE_MS = 2000;
const LOOK_MS = 500;
/** How long agents and a run may take until they are there, seconds. */
const READY_SECONDS = 120;
/** What a browser takes beside what is measured in it, at most; seconds. */
const BROWSER_SECONDS = 60;

/** What the coordinator of many agents takes, as its load goes on. */
export interface ManyFigure {
  readonly agents: number;
  /** Of one core. */
  readonly cpuShare: number;
  readonly mostRssBytes: number;
  /** That of the server. */
  readonly serverCpuShare: number;
  /** What a browser made of the live page meanwhile; null where none looked. */
  readonly page: FrameFigures | null;
}

/**
 * Runs a load on simulated agents and looks at its coordinator.
 *
 * @param withPage also looks at the live page in Chromium, for twice as long
 */
export async function measureMany(
  agents: number,
  folder: string,
  seconds: number,
  withPage = false,
): Promise<ManyFigure> {
  const runSeconds = READY_SECONDS + (withPage ? 2 * seconds + BROWSER_SECONDS : seconds);
  const limitSeconds = READY_SECONDS + runSeconds;
  const [port] = freePorts(1) as [number];
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
      ...["-d", `${runSeconds}s`],
      ...(withPage ? ["--dash-address", `127.0.0.1:${port}`] : []),
    ], { limitSeconds });
    run.finished.then((result) => started.reject(failure(["downpour"], result)));
    await started.promise;
    await sleep(EDGE_MS);
    const pids = [[run.pid], [server.pid]];
    const before = await Promise.all(pids.map(cpuSecondsOf));
    const from = performance.now();
    let mostRssBytes = 0;
    const looking = withPage
      ? measureFrames(`http://127.0.0.1:${port}/`, seconds)
      : sleep(seconds * 1000).then(() => null);
    const over = looking.then(() => true, () => true);
    while (!await Promise.race([over, sleep(LOOK_MS).then(() => false)])) {
      mostRssBytes = Math.max(mostRssBytes, await treeRssBytes(run.pid));
    }
    const page = await looking;
    const after = await Promise.all(pids.map(cpuSecondsOf));
    const took = (performance.now() - from) / 1000;
    const [own, servers] = after.map((value, at) => (value - before[at]!) / took);
    await run.stop();
    return { agents, cpuShare: own!, mostRssBytes, serverCpuShare: servers!, page };
  } finally {
    await fleet.stop();
    await server.stop();
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
