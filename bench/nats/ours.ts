import { downpourCommand, startDownpour, summaryValue, takeSummary } from "../downpour.ts";
import type { NatsFigure } from "../peers/nats.ts";
import { failure, ROOT, runOk, treeRssBytes } from "../process.ts";

const SCRIPTS = `${ROOT}bench/scripts/nats/`;

/** Runs a script of `bench/scripts/nats`, on one shard, with metrics as in any run. */
export async function runNatsScript(
  script: string,
  env: Readonly<Record<string, string | number>>,
  folder: string,
): Promise<NatsFigure> {
  const summary = `${folder}/nats.json`;
  const { cpuSeconds } = await runOk([
    ...await downpourCommand(),
    ...args(script, env, summary),
  ], { limitSeconds: 180 });
  const perSecond = summaryValue(await takeSummary(summary), "bench_per_second", "value");
  if (perSecond === null) throw new Error(`${script} measured nothing`);
  return { perSecond, cpuSeconds };
}

/** What connections take in one shard. */
export interface ConnectionsResult {
  readonly connections: number;
  /** Resident bytes of the run with them, less those of the same run with one. */
  readonly bytesEach: number;
}

/** Opens that many connections, and looks at the memory of the run. */
export async function measureConnections(
  url: string,
  connections: number,
  folder: string,
): Promise<ConnectionsResult> {
  const one = await rssWith(url, 1, folder);
  const many = await rssWith(url, connections, folder);
  return { connections, bytesEach: (many - one) / (connections - 1) };
}

async function rssWith(url: string, connections: number, folder: string): Promise<number> {
  const summary = `${folder}/connections.json`;
  const env = { NATS_URL: url, CONNECTIONS: connections, SECONDS: 8 };
  const process = await startDownpour(args("connections", env, summary), { limitSeconds: 60 });
  let over = false;
  process.finished.then(() => over = true);
  // Connected within 4 s; then they are idle, and garbage of connecting is gone.
  const rss: number[] = [];
  for (const at of [5, 6, 7]) {
    const elapsed = (performance.timeOrigin + performance.now() - process.startedAtMs) / 1000;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, at - elapsed) * 1000));
    if (!over) rss.push(await treeRssBytes(process.pid));
  }
  const finished = await process.finished;
  if (finished.code !== 0) throw failure(["downpour"], finished);
  const connected = summaryValue(await takeSummary(summary), "bench_connected", "value");
  if (connected !== connections) throw new Error(`${connected} of ${connections} connected`);
  return Math.min(...rss);
}

function args(
  script: string,
  env: Readonly<Record<string, string | number>>,
  summary: string,
): string[] {
  const flags = Object.entries(env).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
  return ["run", `${SCRIPTS}${script}.ts`, ...flags, "--shards", "1", "--summary-json", summary];
}
