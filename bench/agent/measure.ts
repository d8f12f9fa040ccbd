import config from "../../deno.json" with { type: "json" };
import { ROOT, runOk, start } from "../process.ts";
import { urlIn } from "./url_in.ts";
import { freePort, type GoPrograms, startLoadServer } from "./load_server.ts";

/** What the task `agent` gives V8. */
const AGENT_FLAGS = config.tasks.agent.command.match(/--v8-flags=\S+/g) ?? [];

/** Calls of `Server.Run` a second, ours and those of Go's own client. */
export interface RpcFigures {
  readonly ours: number;
  readonly go: number;
}

/** Measures the RPC clients one after the other against the same server. */
export async function measureRpc(
  programs: GoPrograms,
  { inFlight, seconds }: { readonly inFlight: number; readonly seconds: number },
): Promise<RpcFigures> {
  const { address, process } = await startLoadServer(programs.server, {
    limitSeconds: 2 * seconds + 60,
  });
  try {
    const limit = { limitSeconds: seconds + 30 };
    const go = await runOk([
      ...[programs.client, "-address", address, "-in-flight", String(inFlight)],
      ...["-seconds", String(seconds)],
    ], limit);
    const ours = await runOk([
      ...[Deno.execPath(), "run", "--no-prompt", "--allow-net=127.0.0.1"],
      ...[`${ROOT}bench/agent/rpc_client.ts`, address, String(inFlight), String(seconds)],
    ], limit);
    return { ours: Number(ours.stdout), go: Number(go.stdout) };
  } finally {
    await process.stop();
  }
}

/** Results of one job, from the standard output of its binary to the disk of a collector. */
export interface LinesFigure {
  readonly linesPerSecond: number;
  /** Lines that the binary has printed. */
  readonly printed: number;
  /** Of the lines printed, and of the 100 of each answered call, those that weren't collected. */
  readonly lost: number;
  /** Of the agent's process; binary and collector have their own. */
  readonly mostRssBytes: number;
}

/** Runs a job whose binary prints 100 results a call, as fast as they are read. */
export async function measureLines(
  programs: GoPrograms,
  folder: string,
  { users, seconds }: { readonly users: number; readonly seconds: number },
): Promise<LinesFigure> {
  const own = await Deno.makeTempDir({ dir: folder });
  const address = `127.0.0.1:${freePort()}`;
  const binary = `${own}/binary`;
  const script = `#!/bin/bash\nexec "${programs.server}" -listen ${address} -lines 100\n`;
  await Deno.writeTextFile(binary, script);
  await Deno.chmod(binary, 0o755);
  const deno = [
    ...[Deno.execPath(), "run", "--quiet", "--no-prompt", "--allow-net=127.0.0.1"],
    ...[`--allow-read=${own},${ROOT}`, `--allow-write=${own}`],
  ];
  const limit = { limitSeconds: seconds + 60 };
  const collector = await start([...deno, `${ROOT}bench/agent/collector_server.ts`, own], limit);
  try {
    const { stdout } = await runOk([
      ...[...deno, ...AGENT_FLAGS, "--allow-run=bash", `${ROOT}bench/agent/run_job.ts`],
      ...[binary, address, own, await urlIn(own), String(users), String(seconds)],
    ], limit);
    return JSON.parse(stdout) as LinesFigure;
  } finally {
    await collector.stop();
  }
}
