import { ROOT, runOk } from "../process.ts";
import type { Case, NetSubject } from "./cases.ts";
import type { ClientPlan } from "./client.ts";
import type { ClientResult } from "./measure.ts";

/** One measurement of one subject. What is counted depends on its case: messages or MB. */
export interface NetSample {
  readonly perSecond: number;
  /** User and system CPU of the client, by what is counted. */
  readonly cpuUsEach: number;
  /** Processors that the client kept busy: well below 1, it waited for the server. */
  readonly cores: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Datagrams that were sent again. */
  readonly resent: number;
}

const WARM_UP_SECONDS = 0.5;

/** Runs a client, a process of its own with the permissions that it needs. */
export async function measureClient(
  { client, service }: NetSubject,
  { connections, unitCount }: Case,
  where: { address: string; folder: string; pin: readonly string[] },
  seconds: number,
): Promise<NetSample> {
  const caFile = `${where.folder}/ca.pem`;
  const plan: ClientPlan = {
    ...{ service, address: where.address, caFile, connections, seconds },
    warmUpSeconds: WARM_UP_SECONDS,
  };
  const argv = [
    ...where.pin,
    Deno.execPath(),
    "run",
    "--no-prompt",
    ...(client === "bare_client.ts" ? ["--no-config", "--unstable-net"] : []),
    ...permissions(plan),
    `${ROOT}bench/net/${client}`,
    JSON.stringify(plan),
  ];
  const { stdout } = await runOk(argv, { limitSeconds: seconds + 20 });
  return toSample(JSON.parse(stdout) as ClientResult, unitCount);
}

function permissions({ service, address, caFile }: ClientPlan): string[] {
  switch (service) {
    case "unix-echo":
      return [
        `--allow-net=unix:${address}`,
        `--allow-read=${address}`,
        `--allow-write=${address}`,
      ];
    case "udp-echo":
      return [`--allow-net=${address},127.0.0.1:0`];
    case "tls-echo":
      return [`--allow-net=${address}`, `--allow-read=${caFile}`];
    default:
      return [`--allow-net=${address}`];
  }
}

/** The figures of a client. */
export function toSample(result: ClientResult, unitCount: number): NetSample {
  const units = result.count / unitCount;
  if (!(units > 0)) throw new Error("read the client's result: it did nothing");
  return {
    perSecond: units / result.seconds,
    cpuUsEach: (result.cpuSeconds / units) * 1e6,
    cores: result.cpuSeconds / result.seconds,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    resent: result.resent,
  };
}
