import { downpourCommand } from "../downpour.ts";
import { type BenchNatsServer, findNatsServer, startNatsServer } from "../peers/nats.ts";
import { type Running, shell, start } from "../process.ts";
import { Missing } from "../unmeasured.ts";

/** A pool of this machine: a server, and agents that are processes. */
export interface BenchPool {
  readonly server: BenchNatsServer;
  readonly agents: readonly Running[];
  stop(): Promise<void>;
}

/** Starts a server in a folder of its own. @throws {Missing} without a nats-server */
export async function startServer(folder: string, limitSeconds: number): Promise<BenchNatsServer> {
  const found = await findNatsServer();
  if (typeof found === "string") throw new Missing(found);
  const own = await Deno.makeTempDir({ dir: folder, prefix: "nats-" });
  return await startNatsServer(found, own, { limitSeconds });
}

/** Starts a server and agents of one shard each, and waits until they are in the pool. */
export async function startPool(
  folder: string,
  agents: number,
  limitSeconds: number,
): Promise<BenchPool> {
  const server = await startServer(folder, limitSeconds);
  const command = await downpourCommand();
  const running: Running[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((agent) => agent.stop()));
    await server.stop();
  };
  try {
    for (let n = 1; n <= agents; n++) {
      const flags = ["agent", "--nats", server.url, "--id", `bench-${n}`, "--shards", "1"];
      running.push(await start([...command, ...flags], { limitSeconds }));
    }
    await untilAgents(server.url, agents);
  } catch (error) {
    await stop();
    throw error;
  }
  return { server, agents: running, stop };
}

/** Waits until so many agents are in a pool. */
export async function untilAgents(url: string, count: number): Promise<void> {
  const command = await downpourCommand();
  for (let n = 0; n < 30; n++) {
    const { stdout } = await shell(
      '"$@" 2>/dev/null',
      ...command,
      ...["agents", "--nats", url, "--json"],
    );
    if (stdout !== "" && (JSON.parse(stdout) as unknown[]).length >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${count} agents did not join in time`);
}

/** User and system CPU of processes and of their children that have ended, seconds. */
export async function cpuSecondsOf(pids: readonly number[]): Promise<number> {
  const { stdout } = await shell(
    `
    hertz=$(getconf CLK_TCK); total=0
    for pid; do
      read -r line <"/proc/$pid/stat" || exit 1
      fields=(\${line##*) })
      for at in 11 12 13 14; do ((total += fields[at])); done
    done
    echo "$total $hertz"`,
    ...pids.map(String),
  );
  const [ticks, hertz] = stdout.split(" ").map(Number);
  if (!(ticks! >= 0)) throw new Error("read the CPU time of processes: they have ended");
  return ticks! / hertz!;
}
