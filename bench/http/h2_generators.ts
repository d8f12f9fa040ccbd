import type { TurnResult } from "../net/measure.ts";
import { ROOT, runOk } from "../process.ts";
import type { Generator, Load, Sample } from "../sample.ts";
import type { H2Plan } from "./h2_client.ts";

/** This package's client on one connection, as a process of its own. */
export function ourH2(streams: number): Generator {
  return { name: "Client", measure: (load) => measure("our_h2_client.ts", load, streams) };
}

/** `node:http2` on one connection, as a process of its own. */
export function nodeH2(streams: number): Generator {
  return { name: "node:http2", measure: (load) => measure("node_h2_client.ts", load, streams) };
}

async function measure(module: string, load: Load, streams: number): Promise<Sample> {
  const { url, port, caFile, seconds, pin = [] } = load;
  if (caFile === undefined) throw new Error(`start ${module}: no authority to trust`);
  const plan: H2Plan = { url, caFile, streams, seconds };
  const argv = [
    ...pin,
    Deno.execPath(),
    "run",
    "--no-prompt",
    `--allow-net=127.0.0.1:${port}`,
    `--allow-read=${caFile}`,
    `${ROOT}bench/http/${module}`,
    JSON.stringify(plan),
  ];
  const { stdout } = await runOk(argv, { limitSeconds: seconds + 30 });
  return toSample(JSON.parse(stdout) as TurnResult);
}

/** The figures of a client. Its CPU is that of the time that counts. */
export function toSample({ count, seconds, cpuSeconds, p50Ms, p99Ms }: TurnResult): Sample {
  if (!(count > 0)) throw new Error("read a client's result: it did nothing");
  return {
    requests: count,
    requestsPerSecond: count / seconds,
    cpuUsPerRequest: (cpuSeconds / count) * 1e6,
    p50Ms,
    p99Ms,
    failed: 0,
  };
}
