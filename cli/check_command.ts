import { describeError, ExitCode } from "../internal/mod.ts";
import type { LogEntry, RunProgress, RunRequest, RunResult } from "../runner/mod.ts";
import { judgeOnce } from "./check_report.ts";
import { checkTypes } from "./check_types.ts";
import { type Host, wantsColor } from "./host.ts";
import { runOnce } from "./once.ts";
import type { ScriptFlags } from "./options.ts";
import type { ScriptSource } from "./script_source.ts";

/** What each phase is called in the output. */
const HEADINGS: Partial<Record<RunProgress["phase"], string>> = {
  setup: "setup",
  running: "iteration",
  teardown: "teardown",
};

/**
 * `downpour check`: types, then `setup`, one iteration of each scenario and `teardown`, with all that
 * they send, get and log; then what became of it.
 */
export async function checkCommand(
  script: ScriptSource,
  request: RunRequest,
  flags: ScriptFlags,
  host: Host,
): Promise<number> {
  await checkTypes(script.path);
  const color = wantsColor(host, "stdout", flags.color);
  const { renderLog } = await import("../report/mod.ts");
  let phase = "";
  let before = "init";
  const print = (text: string) => host.write("stdout", text);
  print(`types: ok\n`);
  const events = {
    progress: (progress: RunProgress) => phase = HEADINGS[progress.phase] ?? phase,
    log: (entry: LogEntry) => {
      if (phase !== before && phase !== "") print(`\n${phase}\n`);
      before = phase;
      print(renderLog(entry, color));
    },
  };
  let result: RunResult;
  try {
    result = await runOnce(request, events, { httpDebug: "full" });
  } catch (error) {
    if (!isThrown(error)) throw error;
    print(`\nnot ok: ${describeError(error)}\n`);
    return ExitCode.script;
  }
  const { text, exitCode } = judgeOnce(result, color);
  print(text);
  return exitCode;
}

/** Whether it is the script that failed, while it loaded or in `setup`. */
function isThrown(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "script_threw" || code === "setup_threw";
}
