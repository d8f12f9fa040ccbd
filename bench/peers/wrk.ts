import { ROOT, runOk, shell } from "../process.ts";
import type { Generator, Load, Peer, Sample } from "../sample.ts";

const UNITS_US: Record<string, number> = { us: 1, ms: 1e3, s: 1e6, m: 60e6, h: 3600e6 };

/** `wrk` on one thread, with GET, or with POST of a body that has so many bytes. */
export function wrk(postBytes: number = 0): Peer {
  return { program: "wrk", find: () => find(postBytes) };
}

async function find(
  postBytes: number,
): Promise<{ generator: Generator; version: string } | string> {
  const { stdout } = await shell("command -v wrk >/dev/null && wrk -v 2>&1");
  if (stdout === "") return "wrk is not on the PATH";
  const version = /^wrk (\S+)/.exec(stdout)?.[1] ?? "unknown";
  return { version, generator: { name: "wrk -t1", measure: (load) => measure(load, postBytes) } };
}

async function measure(load: Load, postBytes: number): Promise<Sample> {
  const { pin = [], connections, seconds, url } = load;
  const flags = ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency"];
  const post = ["-s", `${ROOT}bench/scripts/wrk_post.lua`, url, "--", String(postBytes)];
  const argv = [...pin, "wrk", ...flags, ...(postBytes > 0 ? post : [url])];
  const { stdout, cpuSeconds } = await runOk(argv, { limitSeconds: seconds + 30 });
  return parseWrk(stdout, cpuSeconds);
}

/** Reads what `wrk --latency` prints. */
export function parseWrk(text: string, cpuSeconds: number): Sample {
  const requests = Number(/(\d+) requests in /.exec(text)?.[1]);
  const requestsPerSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]);
  if (!(requests > 0) || Number.isNaN(requestsPerSecond)) {
    throw new Error(`read wrk's output: ${text.slice(0, 400)}`);
  }
  const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text);
  return {
    requests,
    requestsPerSecond,
    cpuUsPerRequest: (cpuSeconds / requests) * 1e6,
    p50Ms: latency(text, 50),
    p99Ms: latency(text, 99),
    failed: Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0) +
      (errors?.slice(1) ?? []).reduce((sum, count) => sum + Number(count), 0),
  };
}

function latency(text: string, p: number): number | null {
  const found = new RegExp(`^\\s+${p}%\\s+([\\d.]+)(us|ms|s|m|h)$`, "m").exec(text);
  return found === null ? null : Number(found[1]) * UNITS_US[found[2]!]! / 1000;
}
