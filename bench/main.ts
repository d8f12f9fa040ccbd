/**
 * Measurements beside real peers, in one run: `deno task bench http`, `net`, `runner`, `nats`,
 * `wrpc`, `packets`, `agent`, `page`, `distributed` and `soak`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { runAgentBench } from "./agent.ts";
import { AGENT_PARTS } from "./agent/cases.ts";
import { runDistributedBench } from "./distributed.ts";
import { DISTRIBUTED_PARTS } from "./distributed/cases.ts";
import { runHttpBench } from "./http.ts";
import { CASE_PARTS } from "./http/cases.ts";
import { NATS_PARTS } from "./nats/cases.ts";
import { runNatsBenchmark } from "./nats.ts";
import { runNetBench } from "./net.ts";
import { PARTS as NET_PARTS } from "./net/cases.ts";
import { runPacketBench } from "./packets.ts";
import { runPageBench } from "./page.ts";
import { PAGE_PARTS } from "./page/cases.ts";
import { PACKET_PARTS } from "./packets/cases.ts";
import { stopAll } from "./process.ts";
import { RUNNER_PARTS, runRunnerBench } from "./runner.ts";
import { runSoakBench } from "./soak.ts";
import { runWrpcBench } from "./wrpc.ts";
import { WRPC_PARTS } from "./wrpc/cases.ts";

const RATE_PARTS = ["wrk", "bare", "downpour", "script", "k6"];
const LIFE_PARTS = ["sleepers", "starts", "cold"];

const USAGE = `Usage: deno task bench http [--seconds N] [--rounds N] [--only NAME,…] [--quick]
       deno task bench net [--seconds N] [--rounds N] [--only NAME,…] [--quick]
       deno task bench runner [--seconds N] [--rounds N] [--only NAME,…] [--quick]
       deno task bench nats [--seconds N] [--rounds N] [--only NAME,…] [--quick]
       deno task bench wrpc [--seconds N] [--rounds N] [--only NAME,…] [--quick]
       deno task bench packets [--seconds N] [--rounds N] [--only NAME,…] [--quick]
       deno task bench agent [--seconds N] [--rounds N] [--only NAME,…] [--quick]
       deno task bench page [--seconds N] [--rounds N] [--only NAME,…] [--quick]
       deno task bench distributed [--seconds N] [--rounds N] [--only NAME,…] [--quick]
       deno task bench soak [--seconds N]

http  requests/s, CPU per request and latency beside wrk, a bare Deno.connect loop and k6 (on the
      PATH or in $K6), against one nginx worker; then, each beside a peer of its own: TLS, discarded
      bodies, HTTP/2, 10 MB down, 1 MB up, two shards; the memory of sleeping VUs; the cold start
net   messages/s, MB/s and CPU of sockets beside Deno's own connections, in turns of a quarter of a
      second, against a bare server
runner what iterations, metrics and checks cost beside k6 (on the PATH or in $K6); how punctual
      20,000 arrivals a second are; the memory of VUs; the cost of writing every sample
nats  messages and requests a second, beside nats-bench (on the PATH or in $NATS_BENCH) and a Go
      program on nats.go; the memory of connections
wrpc  calls, HTTP requests and megabytes a second over TCP, a Unix socket and NATS, against our own
      server and wrpc-wasmtime (that tools/wrpc_wasmtime.sh finds), each in a process of its own; the
      codec alone
packets packets and megabytes a second of packet sessions over TCP and UDP beside bare loops over
      Deno's own sockets; the memory of sessions; the parser loop, beside one on wasmtime (built
      where cargo is)
agent result lines and RPC calls a second beside a Go client, uploads beside the plain disk (with
      curl), durable jobs a second (with wrk)
page  the live page in Chromium: how smooth an hour is, and its memory; the first paint; what three
      tabs cost a run (with nginx); the first number in a terminal (with script)
distributed two agents beside one, and one beside a plain run; how exactly agents start together, how
      soon a killed one is noticed; what 100 and 1,000 simulated agents take of their coordinator, and
      how smooth the page of 100 is (with chromium)
soak  memory over a run at full rate

--seconds N   length of each measurement at full rate [http: 7, from h2 to shards 3; net: 3,
              runner: 5, nats: 3, wrpc: 3, packets: 3, agent: 5, page: 10, distributed: 10, soak: 120]
--rounds N    how often each is measured [3]
--only NAMES  some of
              http: ${RATE_PARTS.join(" ")}, ${CASE_PARTS.join(" ")},
                    ${LIFE_PARTS.join(" ")}
              net:  ${NET_PARTS.join(" ")}
              runner: ${RUNNER_PARTS.join(" ")}
              nats: ${NATS_PARTS.join(" ")}
              wrpc: ${WRPC_PARTS.join(" ")}
              packets: ${PACKET_PARTS.join(" ")}
              agent: ${AGENT_PARTS.join(" ")}
              distributed: ${DISTRIBUTED_PARTS.join(" ")}
              page: ${PAGE_PARTS.join(" ")}
--quick       one short round: shows that it works, not how fast`;

/** The benches, with what `--only` can choose of each. */
const PARTS = new Map<string, readonly string[]>([
  ["http", [...RATE_PARTS, ...CASE_PARTS, ...LIFE_PARTS]],
  ["net", NET_PARTS],
  ["runner", RUNNER_PARTS],
  ["nats", NATS_PARTS],
  ["wrpc", WRPC_PARTS],
  ["packets", PACKET_PARTS],
  ["agent", AGENT_PARTS],
  ["distributed", DISTRIBUTED_PARTS],
  ["page", PAGE_PARTS],
  ["soak", []],
]);

async function main(args: string[]): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args: args[0] === "--" ? args.slice(1) : args,
      allowPositionals: true,
      options: {
        seconds: { type: "string" },
        rounds: { type: "string" },
        only: { type: "string" },
        quick: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals: [which, ...rest] } = parsed;
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (rest.length > 0) return usage(`unexpected argument: ${rest[0]}`);
  if (which === undefined) return usage("which bench?");
  let parts, seconds, rounds;
  try {
    parts = readParts(which, values.only);
    seconds = readWholeNumber("seconds", values.seconds, 3600);
    rounds = readWholeNumber("rounds", values.rounds, 100) ?? (values.quick ? 1 : 3);
  } catch (error) {
    return usage((error as Error).message);
  }

  // Not /tmp itself: everything in it goes when the bench ends, also by Ctrl-C.
  const folder = await Deno.makeTempDir({ dir: "/tmp", prefix: "downpour-bench-" });
  await Deno.chmod(folder, 0o711); // Started by root, nginx reads files as nobody.
  let ending: Promise<void> | undefined;
  const cleanUp = (): Promise<void> =>
    ending ??= stopAll().then(() => Deno.remove(folder, { recursive: true }));
  const interrupt = async (): Promise<void> => {
    await cleanUp();
    Deno.exit(130);
  };
  Deno.addSignalListener("SIGINT", interrupt);
  Deno.addSignalListener("SIGTERM", interrupt);
  try {
    const log = (line: string): void => console.error(line);
    if (which === "soak") await runSoakBench(folder, seconds ?? 120, log);
    else if (which === "net") {
      seconds ??= values.quick ? 1 : 3;
      await runNetBench(folder, { parts, rounds, seconds }, log);
    } else if (which === "nats") {
      seconds ??= values.quick ? 1 : 3;
      await runNatsBenchmark(folder, { parts, rounds, seconds }, log);
    } else if (which === "wrpc") {
      seconds ??= values.quick ? 1 : 3;
      await runWrpcBench(folder, { parts, rounds, seconds }, log);
    } else if (which === "agent") {
      const { quick } = values;
      await runAgentBench(
        folder,
        { parts, rounds, seconds: seconds ?? (quick ? 1 : 5), quick },
        log,
      );
    } else if (which === "page") {
      seconds ??= values.quick ? 3 : 10;
      await runPageBench(folder, { parts, rounds, seconds }, log);
    } else if (which === "distributed") {
      seconds ??= values.quick ? 6 : 10;
      await runDistributedBench(folder, { parts, rounds, seconds }, log);
    } else if (which === "packets") {
      seconds ??= values.quick ? 1 : 3;
      await runPacketBench(folder, { parts, rounds, seconds }, log);
    } else if (which === "runner") {
      const { quick } = values;
      seconds ??= quick ? 1 : 5;
      const arrivals = quick ? { seconds: 2, rate: 5000 } : { seconds: 30, rate: 20_000 };
      const vus = quick ? 1000 : 10_000;
      await runRunnerBench(folder, { parts, rounds, seconds, arrivals, vus }, log);
    } else {
      await runHttpBench(folder, {
        parts,
        rounds,
        seconds: seconds ?? (values.quick ? 2 : 7),
        caseSeconds: seconds ?? (values.quick ? 1 : 3),
        sleepSeconds: values.quick ? 8 : 16,
        coldRuns: values.quick ? 3 : 7,
      }, log);
    }
    return 0;
  } catch (error) {
    if (ending === undefined) console.error(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    await cleanUp();
    Deno.removeSignalListener("SIGINT", interrupt);
    Deno.removeSignalListener("SIGTERM", interrupt);
  }
}

/** What of a bench was asked for. */
function readParts(bench: string, only: string | undefined): Set<string> {
  const known = PARTS.get(bench);
  if (known === undefined) throw new Error(`unknown bench: ${bench}`);
  const names = only?.split(",").map((name) => name.trim()) ?? known;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new Error(
      `--only knows no ${unknown} of ${bench}: one of ${known.join(" ") || "nothing"}`,
    );
  }
  return new Set(names);
}

function readWholeNumber(name: string, text: string | undefined, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new Error(`--${name} is not a whole number from 1 to ${max}: ${text}`);
}

function usage(problem: string): number {
  console.error(`${problem}\n\n${USAGE}`);
  return 2;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
