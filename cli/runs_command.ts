import { ExitCode, formatDuration } from "../internal/mod.ts";
import type { Cell } from "../report/mod.ts";
import type { ListedRun, ReadRun, RunRecord } from "../results/mod.ts";
import { writeWhole } from "./files.ts";
import { type Host, wantsColor, writeQuietly } from "./host.ts";
import type { RunsFlags } from "./results_options.ts";
import { runsPlace } from "./runs_place.ts";
import { UsageError } from "./usage_error.ts";
import { wholeNumber } from "./values.ts";

/** Runs that are listed unless told. */
const LISTED = 20;

/**
 * `downpour runs`: lists the kept runs, or prints what is kept of one.
 *
 * @throws {RecordError} for a run that can't be read
 */
export async function runsCommand(
  run: string | undefined,
  flags: RunsFlags,
  host: Host,
): Promise<number> {
  const { folder } = runsPlace(host);
  const last = wholeNumber("--last", flags.last ?? String(LISTED), 1);
  if (run !== undefined) {
    const { readRun } = await import("../results/mod.ts");
    return await showRun(await readRun(folder, run), flags, host);
  }
  if (flags.markdown === true || flags.junit !== undefined) {
    throw new UsageError("which run? As in downpour runs last --markdown");
  }
  const { listRuns } = await import("../results/mod.ts");
  const runs = await Array.fromAsync(listRuns(folder, last));
  if (flags.json) {
    host.write("stdout", `${JSON.stringify(runs.map(listedData), null, 2)}\n`);
  } else if (runs.length === 0) {
    writeQuietly(host, `downpour: no runs in ${folder} yet\n`);
  } else host.write("stdout", await listText(runs, host));
  return ExitCode.ok;
}

/** Prints one run: as the summary was, or in the form asked for. */
async function showRun(
  { path, record }: ReadRun,
  flags: RunsFlags,
  host: Host,
): Promise<number> {
  const [{ resultOf }, report] = await Promise.all([
    import("../results/mod.ts"),
    import("../report/mod.ts"),
  ]);
  if (flags.junit !== undefined) {
    const { junitReport } = await import("../outputs/mod.ts");
    await writeWhole(flags.junit, await junitReport(resultOf(record)));
  }
  if (flags.json) {
    host.write("stdout", `${JSON.stringify(record.summary, null, 2)}\n`);
  } else if (flags.markdown === true) {
    host.write("stdout", report.renderMarkdown(resultOf(record)));
  } else if (flags.junit === undefined) {
    const color = wantsColor(host, "stdout", flags.color);
    const width = host.columns() ?? 100;
    const { bold } = report.style(color);
    const when = new Date(record.startedAt).toLocaleString("sv-SE");
    host.write(
      "stdout",
      report.renderSummary(resultOf(record), { color, width }) +
        `${bold("run       ")}  ${report.plain(path)}, ${when}, exit code ${record.exitCode}\n`,
    );
  }
  return ExitCode.ok;
}

async function listText(runs: readonly ListedRun[], host: Host): Promise<string> {
  const { formatCount, formatRate, formatShare, formatTime, plain, table } = await import(
    "../report/mod.ts"
  );
  const heads = ["run", "when", "took", "requests", "rate", "p99", "errors", "exit", "name"];
  const rows = runs.map((run): Cell[] => {
    if (run.record === null) return [String(run.number), plain(run.problem)];
    const { startedAt, durationMs, exitCode, name } = run.record;
    const { count, rate, p99, errors } = headline(run.record);
    return [
      String(run.number),
      new Date(startedAt).toLocaleString("sv-SE").slice(0, 16),
      formatDuration(Math.round(durationMs / 100) * 100),
      formatCount(count),
      formatRate(rate),
      p99 === null ? "" : formatTime(p99),
      errors === null ? "" : formatShare(errors),
      String(exitCode),
      plain(name),
    ];
  });
  const whole = runs.filter(({ record }) => record !== null);
  const damaged = runs.filter(({ record }) => record === null);
  const lines = table([heads, ...rows.filter((row) => row.length > 2)], {
    align: "rlrrrrrrl",
    width: host.columns() ?? 100,
    indent: 0,
  });
  return [
    ...(whole.length > 0 ? lines : []),
    ...damaged.map(({ number, problem }) => `${number}  ${plain(problem ?? "")}`),
    "",
  ].join("\n");
}

/** The numbers of a list: of requests, or of iterations where there were none. */
function headline({ summary: { metrics } }: RunRecord): {
  count: number;
  rate: number;
  p99: number | null;
  errors: number | null;
} {
  const counted = metrics["http_reqs"] ?? metrics["packet_packets_sent"] ?? metrics["iterations"];
  const timed = metrics["http_req_duration"] ?? metrics["packet_responding"] ??
    metrics["iteration_duration"];
  return {
    count: counted?.values["count"] ?? 0,
    rate: counted?.values["rate"] ?? 0,
    p99: timed?.values["p(99)"] ?? null,
    errors: metrics["http_req_failed"]?.values["rate"] ?? null,
  };
}

/** A listed run as JSON. */
function listedData({ number, path, record, problem }: ListedRun): Record<string, unknown> {
  if (record === null) return { number, path, problem };
  const { id, name, startedAt, durationMs, exitCode } = record;
  return { number, path, id, name, startedAt, durationMs, exitCode, ...headline(record) };
}
