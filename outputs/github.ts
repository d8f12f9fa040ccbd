import { describeError } from "../internal/mod.ts";
import { renderMarkdown, type Verdict, verdicts } from "../report/mod.ts";
import { type RunOutput, type RunResult, SendError } from "../runner/mod.ts";

/** GitHub shows ten annotations of a kind a step: what is beyond is counted in the last one. */
const MOST_ANNOTATIONS = 10;
/** Longest message and title of an annotation. */
const MOST_CHARS = 1000;
/** A step's summary may have 1 MiB, with what other programs of the step wrote. */
const MOST_SUMMARY_BYTES = 512 * 1024;

/**
 * The outcome of a run for GitHub Actions, at its end: an annotation (`::error::`) for each failed
 * threshold, each failed check and whatever else made the run fail, and a summary of the step in
 * Markdown.
 *
 * @param summaryPath what the summary is appended to, as `$GITHUB_STEP_SUMMARY` says; empty: none is
 * @param annotate takes the annotations. Default: standard error, where GitHub looks for them as it
 * does on standard output, which may be the way of something else.
 */
export function githubOutput(
  summaryPath: string,
  annotate: (lines: Uint8Array) => Promise<void> = toStderr,
): RunOutput {
  let summary: Uint8Array | null = null;
  return {
    name: "github",
    finish(result, outbox) {
      const lines = annotations(result);
      if (lines !== "") outbox.put(encode(lines), 1);
      if (result === null || summaryPath === "") return;
      summary = encode(renderMarkdown(result)).subarray(0, MOST_SUMMARY_BYTES);
      outbox.put(summary, 1);
    },
    async send(payload) {
      if (payload === summary) await append(summaryPath, payload);
      else await annotate(payload);
    },
  };
}

/** The workflow commands for a run, one a line; empty when all went well. */
export function annotations(result: RunResult | null): string {
  if (result === null) return command("downpour", "the run ended before its load began");
  const failed = verdicts(result).filter(({ ok }) => !ok);
  const shown = failed.length > MOST_ANNOTATIONS ? MOST_ANNOTATIONS - 1 : failed.length;
  const lines = failed.slice(0, shown).map((verdict) => command(titleOf(verdict), textOf(verdict)));
  if (shown < failed.length) {
    lines.push(command("downpour", `${failed.length - shown} more failures: see the summary`));
  }
  return lines.join("");
}

function titleOf({ kind }: Verdict): string {
  return kind === "run"
    ? "Load test failed"
    : kind === "check"
    ? "Check failed"
    : "Threshold failed";
}

function textOf({ kind, name, groups, message }: Verdict): string {
  return kind === "run" ? message : `${[...groups, name].join(" › ")}: ${message}`;
}

/** `::error title=…::…` as one line whatever its parts hold (GitHub's escapes of commands). */
function command(title: string, message: string): string {
  const property = escapeData(title).replaceAll(":", "%3A").replaceAll(",", "%2C");
  return `::error title=${property}::${escapeData(message)}\n`;
}

/** Line breaks and `%` by their codes; other control characters steer terminals and are left out. */
function escapeData(text: string): string {
  return cut(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A")
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "");
}

function cut(text: string): string {
  const chars = [...text.toWellFormed()];
  return `${chars.slice(0, MOST_CHARS).join("")}${chars.length > MOST_CHARS ? "…" : ""}`;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

async function toStderr(bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await Deno.stderr.write(bytes.subarray(at));
}

async function append(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await Deno.writeFile(path, bytes, { append: true });
  } catch (error) {
    const message = `can't write the summary of the step, ${path}: ${describeError(error)}`;
    throw new SendError(message, { retry: false, cause: error });
  }
}
