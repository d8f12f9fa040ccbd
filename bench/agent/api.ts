import { ROOT, type Running, start } from "../process.ts";
import { urlIn } from "./url_in.ts";

/** An agent in a process of its own, without a worker. */
export interface BenchAgent {
  readonly url: string;
  /** What requests send as `Authorization`. */
  readonly authorization: string;
  readonly process: Running;
}

/** Starts an agent that keeps its things in a folder. */
export async function startBenchAgent(
  folder: string,
  options: { readonly limitSeconds: number },
): Promise<BenchAgent> {
  const token = crypto.randomUUID();
  const process = await start([
    ...[Deno.execPath(), "run", "--quiet", "--no-prompt", "--allow-net=127.0.0.1"],
    ...[`--allow-read=${folder}`, `--allow-write=${folder}`, "--allow-run=bash"],
    ...[`${ROOT}bench/agent/api_server.ts`, folder, token],
  ], options);
  try {
    const url = await urlIn(folder);
    return { url, authorization: `Bearer ${token}`, process };
  } catch (cause) {
    await process.stop();
    const { stderr } = await process.finished;
    throw new Error(`start the agent: ${stderr.slice(-400)}`, { cause });
  }
}
