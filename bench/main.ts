/**
 * Measurements beside real peers, in one run: `deno task bench http` and `deno task bench soak`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { runHttpBench } from "./http.ts";
import { stopAll } from "./process.ts";
import { runSoakBench } from "./soak.ts";

const USAGE = `Usage: deno task bench http [--seconds N] [--only NAME,…] [--quick]
       deno task bench soak [--seconds N]

http  requests/s, CPU per request and latency beside wrk, a bare Deno.connect loop and k6 (on the
      PATH or in $K6), then the memory of sleeping VUs and the cold start, against one nginx worker
soak  memory over a run at full rate

--seconds N   length of each measurement at full rate [http: 10, soak: 120]
--only NAMES  some of: wrk bare downpour script k6 sleepers starts cold
--quick       one short round: shows that it works, not how fast`;

/** What may be left out of `bench http`. */
const PARTS = ["wrk", "bare", "downpour", "script", "k6", "sleepers", "starts", "cold"];

async function main(args: string[]): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args: args[0] === "--" ? args.slice(1) : args,
      allowPositionals: true,
      options: {
        seconds: { type: "string" },
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
  const seconds = values.seconds === undefined ? undefined : Number(values.seconds);
  if (seconds !== undefined && !(Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600)) {
    return usage(`--seconds is not a whole number from 1 to 3600: ${values.seconds}`);
  }
  const only = values.only?.split(",").map((name) => name.trim());
  const unknown = only?.find((name) => !PARTS.includes(name));
  if (unknown !== undefined) return usage(`--only knows no ${unknown}: one of ${PARTS.join(" ")}`);

  if (which !== "http" && which !== "soak") {
    return usage(which === undefined ? "which bench?" : `unknown bench: ${which}`);
  }
  // Not /tmp itself: everything in it goes when the bench ends, also by Ctrl-C.
  const folder = await Deno.makeTempDir({ dir: "/tmp", prefix: "downpour-bench-" });
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
    else {
      const parts = new Set(only ?? PARTS);
      const rounds = values.quick ? 1 : 3;
      await runHttpBench(folder, {
        parts,
        rounds,
        seconds: seconds ?? (values.quick ? 2 : 10),
        sleepSeconds: values.quick ? 8 : 20,
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

function usage(problem: string): number {
  console.error(`${problem}\n\n${USAGE}`);
  return 2;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
