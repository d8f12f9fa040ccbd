import { formatDuration } from "../internal/mod.ts";
import type { GeneratorHealth, IterationCounts, RunResult } from "../runner/mod.ts";
import { formatCount, formatTime } from "./_format.ts";
import { outputText } from "./_outputs.ts";
import { timingLine } from "./_section_endpoints.ts";
import type { Style } from "./_style.ts";
import { plain } from "./_text.ts";

/**
 * How the run itself went: timings, iterations, the generator, what was lost, what failed.
 *
 * @param iterations whether those mean anything
 */
export function endLines(result: RunResult, style: Style, iterations = true): string[] {
  const lines: string[] = [];
  const add = (label: string, text: string) =>
    lines.push(`${style.bold(label.padEnd(10))}  ${text}`);
  const timing = timingLine(result);
  if (timing !== "") add("timing", timing);
  if (result.pausedMs > 0) {
    add("paused", `${formatDuration(result.pausedMs)}, which no rate or duration counts`);
  }
  if (iterations) add("iterations", iterationsText(result.iterations));
  for (const text of openModelTexts(result.generator)) add("", text);
  const kept = result.generator.verdict === "kept-up";
  add("generator", (kept ? style.green : style.yellow)(generatorText(result)));
  for (const shard of result.shards) {
    if (shard.state !== "lost") continue;
    const why = plain(shard.reason ?? "no reason known");
    add("lost", style.red(`shard ${shard.index + 1} of ${result.shards.length}: ${why}`));
  }
  for (const output of result.outputs) {
    const whole = output.dropped === 0 && output.errors === 0;
    add("output", whole ? outputText(output) : style.yellow(outputText(output)));
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

/** Why iterations of arrival-rate scenarios were dropped or late, and what that means. */
export function openModelTexts({ open, verdict }: GeneratorHealth): string[] {
  if (open === null) return [];
  const texts: string[] = [];
  if (open.dropped > 0) {
    const why = verdict === "kept-up"
      ? "every VU was busy: raise maxVUs, or the target is too slow for this rate"
      : "every VU was busy, which may be the generator's doing: see below";
    texts.push(
      `${formatCount(open.dropped)} dropped as ${why} (their waits are in iteration_response_time)`,
    );
  }
  if (open.waited > 0) {
    texts.push(`${formatCount(open.waited)} started late as they waited for a free VU`);
  }
  const late = Math.max(0, open.late - open.waited);
  if (late > 0) texts.push(`${formatCount(late)} started more than 10 ms late with a VU at hand`);
  return texts;
}

/** The verdict on whether the numbers are the target's or the generator's own. */
export function generatorText(result: { generator: GeneratorHealth; shards: unknown[] }): string {
  const { cpuShare, loopLagP99Ms, open, verdict, reasons } = result.generator;
  const shards = result.shards.length;
  const facts =
    `CPU ${Math.round(cpuShare * 100)}% of ${shards} ${shards === 1 ? "shard" : "shards"}, ` +
    `loop lag p99 ${formatTime(loopLagP99Ms)}` +
    (open === null ? "" : `, start lateness p99 ${formatTime(open.startLatenessP99Ms)}`);
  if (verdict === "kept-up") return `kept up: ${facts}`;
  const why = reasons.length > 0 ? reasons.map(plain).join("; ") : "no reason given";
  return `the generator, not the target, was the limit: ${why} (${facts})`;
}
