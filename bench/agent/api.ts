import { ROOT, type Running, start } from "../process.ts";

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
  for (let i = 0; i < 500; i++) {
    const url = await Deno.readTextFile(`${folder}/url`).catch(() => "");
    if (url !== "") return { url, authorization: `Bearer ${token}`, process };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await process.stop();
  throw new Error(`start the agent: ${(await process.finished).stderr.slice(-400)}`);
}
