import { describeError, DownpourError, ExitCode, OptionError } from "../internal/mod.ts";
import { OutputError } from "./files.ts";
import { UsageError } from "./usage_error.ts";

/** One message and an exit code for whatever ended the command. */
export function explain(error: unknown): { exitCode: number; text: string } {
  if (error instanceof UsageError) return { exitCode: ExitCode.usage, text: error.message };
  if (error instanceof OptionError) return { exitCode: ExitCode.options, text: error.message };
  if (error instanceof OutputError) return { exitCode: ExitCode.failed, text: error.message };
  if (!(error instanceof DownpourError)) {
    return { exitCode: ExitCode.failed, text: describeError(error) };
  }
  if ("exitCode" in error && typeof error.exitCode === "number") {
    return { exitCode: error.exitCode, text: error.message };
  }
  const script = error.code.startsWith("script_") || error.code === "setup_threw";
  return { exitCode: script ? ExitCode.script : ExitCode.failed, text: error.message };
}
