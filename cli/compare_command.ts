import { ExitCode, OptionError } from "../internal/mod.ts";
import { writeWhole } from "./files.ts";
import { type Host, wantsColor, writeQuietly } from "./host.ts";
import type { CompareFlags } from "./results_options.ts";
import { runsPlace } from "./runs_place.ts";
import { wholeNumber } from "./values.ts";

/** Most runs of one side: each is held in memory whole. */
const MAX_RUNS = 50;

/**
 * `downpour compare`: what changed from some runs to others, and whether it is more than noise. A
 * side is a run or several, as in `5,6`; unless told, the newest run and the one before it.
 *
 * @returns 99 when a rule of `--fail-on` holds
 * @throws {RecordError} for a run that can't be read
 * @throws {OptionError} for a rule or number that can't be
 * @throws when the page can't be written
 */
export async function compareCommand(
  before: string | undefined,
  after: string | undefined,
  flags: CompareFlags,
  host: Host,
): Promise<number> {
  const [results, compare] = await Promise.all([
    import("../results/mod.ts"),
    import("../results/compare/mod.ts"),
  ]);
  const options = {
    confidence: percent("--confidence", flags.confidence ?? "99", 50, 99.99),
    relevance: percent("--relevance", flags.relevance ?? "5", 0, 1000),
    seed: wholeNumber("--seed", flags.seed ?? "1", 0),
    rules: (flags.failOn ?? []).map(compare.parseRule),
  };
  const { folder } = runsPlace(host);
  const side = (names: string) =>
    Promise.all(namesOf(names).map((name) => results.readRun(folder, name)));
  const [was, is] = [await side(before ?? "last~1"), await side(after ?? "last")];
  const comparison = compare.compareRuns(was, is, options);
  host.write("stdout", textOf());
  if (flags.html !== undefined) await writePage(flags.html);
  return comparison.rules.some(({ ok }) => !ok) ? ExitCode.thresholds : ExitCode.ok;

  async function writePage(path: string): Promise<void> {
    const { renderComparisonPage } = await import("../page/mod.ts");
    await writeWhole(path, await renderComparisonPage(comparison, flags.all));
    writeQuietly(host, `downpour: wrote ${path}\n`);
  }

  function textOf(): string {
    const all = flags.all ?? false;
    if (flags.json) return `${JSON.stringify(compare.comparisonData(comparison), null, 2)}\n`;
    if (flags.markdown === true) return compare.comparisonMarkdown(comparison, all);
    const color = wantsColor(host, "stdout", flags.color);
    return compare.renderComparison(comparison, { all, color, width: host.columns() ?? 100 });
  }
}

function namesOf(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.some((name) => name === "") || names.length > MAX_RUNS) {
    throw new OptionError(
      "runs",
      `the runs of a side are numbers or paths, as in 5,6 (at most ${MAX_RUNS}): "${text}"`,
    );
  }
  return names;
}

function percent(option: string, text: string, least: number, most: number): number {
  const value = /^\d{1,4}(\.\d{1,4})?%?$/.test(text) ? parseFloat(text) : NaN;
  if (value >= least && value <= most) return value / 100;
  throw new OptionError(option, `${option} must be from ${least} to ${most} percent: "${text}"`);
}
