import { verdict } from "./goals.ts";
import { machineFacts, writeResults } from "./machine.ts";
import { Unmeasured } from "./unmeasured.ts";
import { IN_FLIGHT, WRPC_CASES } from "./wrpc/cases.ts";
import { runCodec, runWrpcScript, type WrpcFigure } from "./wrpc/ours.ts";
import { formatWrpcResults, wrpcGoals, type WrpcResults } from "./wrpc/report.ts";
import { startTarget } from "./wrpc/servers.ts";

/** How much `bench wrpc` measures. */
export interface WrpcBenchOptions {
  /** Names from `--only`. */
  readonly parts: ReadonlySet<string>;
  readonly rounds: number;
  /** Of each measurement. */
  readonly seconds: number;
}

/** Measures the wRPC module, client and server in processes of their own; prints the tables, writes the JSON. */
export async function runWrpcBench(
  folder: string,
  { parts, rounds, seconds }: WrpcBenchOptions,
  log: (line: string) => void,
): Promise<void> {
  const unmeasured = new Unmeasured(log);
  const rates = new Map<string, WrpcFigure[]>();
  const results: WrpcResults = { rates, codec: [] };

  for (const each of WRPC_CASES.filter(({ part }) => parts.has(part))) {
    await unmeasured.attempt(each.title, async () => {
      await using target = await startTarget(each, folder, rounds * (seconds + 60) + 60);
      const figures: WrpcFigure[] = [];
      const settings = { ...target.env, SECONDS: seconds, IN_FLIGHT };
      for (let round = 0; round < rounds; round++) {
        figures.push(await runWrpcScript(each, settings, folder));
      }
      rates.set(each.title, figures);
    });
  }
  const codec: Record<string, number>[] = [];
  if (parts.has("codec")) {
    await unmeasured.attempt("codec", async () => {
      for (let round = 0; round < rounds; round++) codec.push(await runCodec(seconds));
    });
  }
  const found = { ...results, codec };

  console.log(formatWrpcResults(found));
  for (const line of unmeasured.lines()) console.log(line);
  const path = await writeResults("wrpc", {
    schemaVersion: 1,
    takenAt: new Date().toISOString(),
    machine: await machineFacts({}),
    settings: { rounds, seconds, inFlight: IN_FLIGHT },
    goals: wrpcGoals(found).map((goal) => ({ ...goal, reached: verdict(goal) || null })),
    rates: Object.fromEntries(rates),
    codec,
    skipped: unmeasured.skipped,
    failed: unmeasured.failed,
  });
  console.log(`\nwritten to ${path}`);
}
