import type { GeneratorHealth, IterationCounts, RunResult } from "../runner/mod.ts";
import { formatCount, formatTime } from "./_format.ts";
import { timingLine } from "./_section_endpoints.ts";
import type { Style } from "./_style.ts";
import { plain } from "./_text.ts";

/** How the run itself went: timings, iterations, the generator, what was lost, what failed. */
export function endLines(result: RunResult, style: Style): string[] {
  const lines: string[] = [];
  const add = (label: string, text: string) =>
    lines.push(`${style.bold(label.padEnd(10))}  ${text}`);
  const timing = timingLine(result);
  if (timing !== "") add("timing", timing);
  add("iterations", iterationsText(result.iterations));
  const kept = result.generator.verdict === "kept-up";
  add("generator", (kept ? style.green : style.yellow)(generatorText(result)));
  for (const shard of result.shards) {
    if (shard.state !== "lost") continue;
    const why = plain(shard.reason ?? "no reason known");
    add("lost", style.red(`shard ${shard.index + 1} of ${result.shards.length}: ${why}`));
  }
  for (const failure of result.failures) add("failed", style.red(plain(failure)));
  return lines;
}

/** What was planned, and of everything else whatever is not zero. */
export function iterationsText(counts: IterationCounts): string {
  const parts = [`${formatCount(counts.planned)} planned`];
  const others = ["started", "completed", "interrupted", "dropped", "thrown", "late"] as const;
  for (const key of others) {
    if (counts[key] > 0) parts.push(`${formatCount(counts[key])} ${key}`);
  }
  return parts.join(", ");
}

/** The verdict on whether the numbers are the target's or the generator's own. */
export function generatorText(result: { generator: GeneratorHealth; shards: unknown[] }): string {
  const { cpuShare, loopLagP99Ms, verdict, reasons } = result.generator;
  const shards = result.shards.length;
  const facts =
    `CPU ${Math.round(cpuShare * 100)}% of ${shards} ${shards === 1 ? "shard" : "shards"}, ` +
    `loop lag p99 ${formatTime(loopLagP99Ms)}`;
  if (verdict === "kept-up") return `kept up: ${facts}`;
  const why = reasons.length > 0 ? reasons.map(plain).join("; ") : "no reason given";
  return `the generator, not the target, was the limit: ${why} (${facts})`;
}
