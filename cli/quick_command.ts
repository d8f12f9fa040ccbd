import { describeError, ExitCode } from "../internal/mod.ts";
import type { RunResult } from "../runner/mod.ts";
import { closing } from "./closing.ts";
import { type Host, writeQuietly } from "./host.ts";
import type { QuickFlags } from "./quick_options.ts";
import { quickRequest } from "./quick_request.ts";
import { sources } from "./quick_sources.ts";
import type { RequestPart } from "./request.ts";

/** Most hosts that the reminder names. */
const MAX_HOSTS = 3;

/** Carries a run through: see `load`. */
export type QuickRunner = (
  request: RequestPart,
) => Promise<{ result: RunResult; exitCode: number }>;

/** `downpour URL`: fails also when not one response came. */
export async function quickCommand(
  url: string | undefined,
  flags: QuickFlags,
  host: Host,
  run: QuickRunner,
): Promise<number> {
  const { shown, foreign, ...request } = await quickRequest(url, flags, sources(host.env));
  if (foreign.length > 0) {
    const more = foreign.length > MAX_HOSTS ? ` and ${foreign.length - MAX_HOSTS} more` : "";
    const names = foreign.slice(0, MAX_HOSTS).join(", ") + more;
    const are = foreign.length === 1 ? "is" : "are";
    writeQuietly(
      host,
      `downpour: ${names} ${are} not this machine: load only what you own or may test\n`,
    );
  }
  try {
    const { result, exitCode } = await run(request);
    const silence = whySilent(result, shown);
    return closing(host, result, exitCode || (silence === null ? 0 : ExitCode.failed), silence);
  } catch (error) {
    if (!isCode(error, "setup_threw")) throw error;
    writeQuietly(host, `downpour: ${unreachable(error)}\n`);
    return ExitCode.failed;
  }
}

/** What happened instead when not one request got a response; null when one did. */
function whySilent(result: RunResult, shown: string): string | null {
  let most = 0;
  let kind = "no request was answered before the run ended";
  for (const { tags, aggregate } of result.metrics.series("http_reqs")) {
    if (aggregate.type !== "counter" || aggregate.total === 0) continue;
    if ((tags.get("status") ?? "0") !== "0") return null;
    if (aggregate.total > most) {
      most = aggregate.total;
      kind = `${tags.get("error") ?? "no error known"} (${tags.get("error_code") ?? "1000"})`;
    }
  }
  return `not one response from ${shown}: ${most > 0 ? `${most}× ` : ""}${kind}`;
}

/** The reason that the setup of a quick run gave, wherever it stands in what the runner made of it. */
function unreachable(error: unknown): string {
  for (let e = error; e instanceof Error; e = e.cause) {
    const found = /cannot reach [^\n]+/.exec(e.message);
    if (found !== null) return found[0];
  }
  return describeError(error);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
