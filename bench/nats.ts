import { verdict } from "./goals.ts";
import { machineFacts, writeResults } from "./machine.ts";
import {
  BATCH,
  CONNECTIONS,
  IN_FLIGHT,
  MESSAGE_BYTES,
  NATS_CASES,
  type NatsCase,
} from "./nats/cases.ts";
import { measureConnections, runNatsScript } from "./nats/ours.ts";
import { formatNatsResults, natsGoals, type NatsResults } from "./nats/report.ts";
import {
  buildGoPeer,
  findNatsBench,
  findNatsServer,
  type NatsFigure,
  runGoPeer,
  runNatsBench,
  startNatsServer,
} from "./peers/nats.ts";
import { Unmeasured } from "./unmeasured.ts";

/** How much `bench nats` measures. */
export interface NatsBenchOptions {
  /** Names from `--only`. */
  readonly parts: ReadonlySet<string>;
  readonly rounds: number;
  /** Of each measurement, about. */
  readonly seconds: number;
}

/** Runs the peer of a case, or null where it isn't here. */
type RunPeer = (each: NatsCase, url: string, count: number) => Promise<NatsFigure | null>;

/** Measures the NATS module beside nats-bench and nats.go; prints the tables, writes the JSON. */
export async function runNatsBenchmark(
  folder: string,
  options: NatsBenchOptions,
  log: (line: string) => void,
): Promise<void> {
  const { parts, rounds, seconds } = options;
  const program = await findNatsServer();
  if (typeof program === "string") throw new Error(program);
  const unmeasured = new Unmeasured(log);
  const runPeer = await findPeers(folder, unmeasured);
  const results: NatsResults = { rates: new Map(), connections: null };
  const attempt = (name: string, measure: (url: string) => Promise<void>) =>
    unmeasured.attempt(name, async () => {
      // A server of its own for each: what one leaves behind is not in the next one's way.
      const limitSeconds = rounds * 2 * (seconds + 60) + 60;
      const store = await Deno.makeTempDir({ dir: folder });
      const server = await startNatsServer(program, store, { limitSeconds });
      try {
        await measure(server.url);
      } finally {
        await server.stop();
      }
    });

  for (const each of NATS_CASES.filter(({ part }) => parts.has(part))) {
    await attempt(each.title, async (url) => {
      const found = { ours: [] as NatsFigure[], peer: [] as NatsFigure[] };
      results.rates.set(each.title, found);
      const count = each.perSecond * seconds;
      for (let round = 0; round < rounds; round++) {
        const env = { NATS_URL: url, COUNT: count, BYTES: MESSAGE_BYTES, IN_FLIGHT, ...each.env };
        found.ours.push(await runNatsScript(each.script, env, folder));
        const peer = await runPeer(each, url, count);
        if (peer !== null) found.peer.push(peer);
      }
    });
  }
  if (parts.has("connections")) {
    await attempt("connections", async (url) => {
      results.connections = await measureConnections(url, CONNECTIONS, folder);
    });
  }

  console.log(formatNatsResults(results));
  for (const line of unmeasured.lines()) console.log(line);
  const path = await writeResults("nats", {
    schemaVersion: 1,
    takenAt: new Date().toISOString(),
    machine: await machineFacts({ "nats-server": program.version }),
    settings: { rounds, seconds, bytes: MESSAGE_BYTES, inFlight: IN_FLIGHT },
    goals: natsGoals(results).map((goal) => ({ ...goal, reached: verdict(goal) || null })),
    rates: Object.fromEntries(results.rates),
    connections: results.connections,
    skipped: unmeasured.skipped,
    failed: unmeasured.failed,
  });
  console.log(`\nwritten to ${path}`);
}

async function findPeers(folder: string, unmeasured: Unmeasured): Promise<RunPeer> {
  const natsBench = await findNatsBench();
  if (natsBench === null) {
    unmeasured.skip("nats-bench", "it is neither on the PATH nor in $NATS_BENCH");
  }
  const goPublisher = await buildGoPeer("go_js_publish", folder);
  const goPuller = await buildGoPeer("go_js_pull", folder);
  if (typeof goPublisher === "string") unmeasured.skip("nats.go", goPublisher);
  return async ({ peer, env }, url, count) => {
    const load = { url, count, bytes: MESSAGE_BYTES };
    switch (peer?.kind) {
      case "publish":
      case "both ways": {
        if (natsBench === null) return null;
        const subscribers = peer.kind === "publish" ? 0 : 1;
        return await runNatsBench(natsBench, { ...load, subscribers });
      }
      case "JetStream":
        if (typeof goPublisher === "string") return null;
        return await runGoPeer(goPublisher.path, load, IN_FLIGHT);
      case "pull":
        if (typeof goPuller === "string") return null;
        return await runGoPeer(goPuller.path, load, BATCH, env?.PULLERS ?? 1);
      case undefined:
        return null;
    }
  };
}
