import { ExitCode } from "../internal/mod.ts";
import type { RunResult } from "../runner/mod.ts";
import { type Host, writeQuietly } from "./host.ts";

/** Most hosts that a message names. */
const MAX_HOSTS = 5;

/** Says on standard error why a run failed, beside what was logged, for when the summary went elsewhere. */
export function closing(
  host: Host,
  result: RunResult,
  exitCode: number,
  more: string | null,
): number {
  const lines = more === null ? [] : [more];
  const failed = result.thresholds.filter((outcome) => !outcome.ok);
  if (failed.length > 0 && result.exitCode === ExitCode.thresholds) {
    const rules = failed.map(({ metric, expression }) => `${metric} ${expression}`);
    lines.push(`${failed.length === 1 ? "threshold" : "thresholds"} failed: ${rules.join(", ")}`);
  }
  const refused = refusedHosts(result);
  if (refused.length > 0) {
    lines.push(`the script may not reach what it asked for: run with --allow-net=${refused}`);
  }
  for (const line of lines) writeQuietly(host, `downpour: ${line}\n`);
  return exitCode;
}

/** `host:port` of the requests that failed for want of a permission: no error of them need be shown. */
export function refusedHosts({ metrics }: Pick<RunResult, "metrics">): string[] {
  const hosts = new Set<string>();
  for (const { tags } of metrics.series("http_reqs")) {
    if (tags.get("error") !== "permission_denied") continue;
    const url = URL.parse(tags.get("url") ?? tags.get("name") ?? "");
    if (url === null) continue;
    hosts.add(`${url.hostname}:${url.port || (url.protocol === "https:" ? "443" : "80")}`);
  }
  return [...hosts].slice(0, MAX_HOSTS);
}
