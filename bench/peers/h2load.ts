import { runOk, shell } from "../process.ts";
import type { Generator, Load, Peer, Sample } from "../sample.ts";

/** `h2load` with one connection, when it is on the PATH. */
export function h2load(streams: number): Peer {
  return { program: "h2load", find: () => find(streams) };
}

async function find(
  streams: number,
): Promise<{ generator: Generator; version: string } | string> {
  const { stdout } = await shell("command -v h2load >/dev/null && h2load --version 2>&1");
  if (stdout === "") return "h2load is not on the PATH";
  const version = /nghttp2\/(\S+)/.exec(stdout)?.[1] ?? "unknown";
  const name = `h2load -c1 -m${streams}`;
  return { version, generator: { name, measure: (load) => measure(load, streams) } };
}

async function measure({ pin = [], seconds, url }: Load, streams: number): Promise<Sample> {
  const argv = [...pin, "h2load", "-t1", "-c1", `-m${streams}`, `-D${seconds}`, url];
  const { stdout, cpuSeconds } = await runOk(argv, { limitSeconds: seconds + 30 });
  return parseH2load(stdout, cpuSeconds);
}

/** Reads what `h2load -D` prints. It knows no percentiles. */
export function parseH2load(text: string, cpuSeconds: number): Sample {
  const requestsPerSecond = Number(/^finished in .*, ([\d.]+) req\/s/m.exec(text)?.[1]);
  const counts = /(\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout/.exec(text);
  const requests = Number(counts?.[1]);
  if (counts === null || !(requests > 0) || !(requestsPerSecond > 0)) {
    throw new Error(`read h2load's output: ${text.slice(0, 400)}`);
  }
  return {
    requests,
    requestsPerSecond,
    cpuUsPerRequest: (cpuSeconds / requests) * 1e6,
    p50Ms: null,
    p99Ms: null,
    failed: Number(counts[2]), // errored and timed out ones are among them
  };
}
