import { percentile } from "../stats.ts";
import { runOk, shell } from "../process.ts";
import type { Load, Peer, Sample } from "../sample.ts";

/** `curl` that fetches a URL again and again over one connection, when it is on the PATH. */
export const curl: Peer = {
  program: "curl",
  async find() {
    const { stdout } = await shell("command -v curl >/dev/null && curl --version");
    if (stdout === "") return "curl is not on the PATH";
    const version = /^curl (\S+)/.exec(stdout)?.[1] ?? "unknown";
    return { version, generator: { name: "curl", measure } };
  },
};

/* Without an end of its own, so it is stopped. What it writes to stdout would be lost then. */
const FETCH = `
timeout "$1" curl --silent --output /dev/null --write-out '%{stderr}%{http_code} %{time_total}\\n' \
  "$2?[1-1000000]"
((\${PIPESTATUS[0]} == 124)) # timeout's word for having stopped it`;

async function measure({ pin = [], seconds, url }: Load): Promise<Sample> {
  const argv = [...pin, "bash", "-c", FETCH, "curl", String(seconds), url];
  const { stderr, cpuSeconds } = await runOk(argv, { limitSeconds: seconds + 30 });
  return parseCurl(stderr, seconds, cpuSeconds);
}

/** Reads the status and the seconds of each transfer, one a line. */
export function parseCurl(text: string, seconds: number, cpuSeconds: number): Sample {
  const all = [...text.matchAll(/^(\d{3}) ([\d.]+)$/gm)];
  if (all.length === 0) throw new Error(`read curl's output: ${text.slice(0, 400)}`);
  const durations = all.map(([, , duration]) => Number(duration) * 1000).sort((a, b) => a - b);
  return {
    requests: all.length,
    requestsPerSecond: all.length / seconds,
    cpuUsPerRequest: (cpuSeconds / all.length) * 1e6,
    p50Ms: percentile(durations, 50),
    p99Ms: percentile(durations, 99),
    failed: all.filter(([, status]) => status !== "200").length,
  };
}
