import assert from "node:assert/strict";
import { type NatsServer, startNatsServer } from "../../nats/server/mod.ts";
import { COMMAND, start } from "../_process_for_tests.ts";

/** The command with what `deno task downpour` gives it. */
const WHOLE = COMMAND.map((word) => word === "--allow-run=deno" ? "--allow-run=deno,bash" : word);

/** An agent as a process. */
export interface AgentProcess extends AsyncDisposable {
  /** Kills it; resolves when it is gone. */
  kill(): Promise<void>;
}

/** A pool of real processes: a nats-server and agents of one shard each. */
export interface ProcessPool extends AsyncDisposable {
  readonly server: NatsServer;
  readonly agents: readonly AgentProcess[];
}

/** Starts it. @param labels of each agent, in order: as many agents as labels */
export async function startPool(...labels: string[]): Promise<ProcessPool> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startNatsServer());
  const agents = await startAgents(server.url, ...labels);
  for (const agent of agents) stack.use(agent);
  const all = stack.move();
  return { server, agents, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** Starts agents, `agent-1` and so on, of a pool that is there. */
export async function startAgents(url: string, ...labels: string[]): Promise<AgentProcess[]> {
  return await Promise.all(labels.map((label, k) => startAgent(url, `agent-${k + 1}`, label)));
}

/** Starts an agent that reaches the pool by a URL; resolves when it has joined. */
export async function startAgent(url: string, id: string, label = ""): Promise<AgentProcess> {
  const child = begin(
    ...["agent", "--nats", url, "--id", id, "--shards", "1"],
    ...(label === "" ? [] : ["--labels", label]),
  );
  await child.stdout.until(/\n/).catch((error) => {
    throw new Error(`${error.message}: ${child.stderr.text}`);
  });
  let ended: Promise<number> | null = null;
  const end = async (signal: Deno.Signal) => {
    if (ended === null) child.kill(signal);
    await (ended ??= child.ended());
  };
  return { kill: () => end("SIGKILL"), [Symbol.asyncDispose]: () => end("SIGTERM") };
}

/** Runs a command to its end; runs are not kept. */
export async function downpour(...args: string[]) {
  return await ended(begin(...args));
}

/** Runs a command to its end; runs are kept in a folder. */
export async function downpourKeeping(runs: string, ...args: string[]) {
  return await ended(start("deno", [...WHOLE, ...args], { DOWNPOUR_RUNS: runs }));
}

async function ended(child: ReturnType<typeof begin>) {
  const code = await child.ended();
  return { code, stdout: child.stdout.text, stderr: child.stderr.text };
}

/** Starts a command whose end is waited for later. */
export function begin(...args: string[]) {
  return start("deno", [...WHOLE, ...args]);
}

/** A load that needs no target: iterations at a rate, which take a moment each. It logs `begun`. */
export function scriptOf(seconds: number, rate = 40): string {
  return `
    import { sleep } from "k6";
    export const options = { scenarios: { open: {
      executor: "constant-arrival-rate", rate: ${rate}, timeUnit: "1s", duration: "${seconds}s",
      preAllocatedVUs: 8, gracefulStop: "2s",
    } } };
    let begun = false;
    export default async () => {
      if (!begun) console.log("begun");
      begun = true;
      await sleep(0.01);
    };
  `;
}

/** All that was planned was done, but for what a busy machine was too late for. */
export function assertWhole(summary: string, planned: number): void {
  const line = /iterations {2}(\d+) planned, (\d+) started, (\d+) completed(.*)/.exec(summary);
  assert(line !== null, summary);
  const [all, started, completed] = line.slice(1, 4).map(Number);
  const dropped = Number(/(\d+) dropped/.exec(line[4]!)?.[1] ?? 0);
  assert.equal(all, planned);
  assert.equal(completed, started);
  assert.equal(started! + dropped, planned);
  assert(dropped < planned / 5, summary);
  assert.doesNotMatch(summary, /lost|incomplete/);
}
