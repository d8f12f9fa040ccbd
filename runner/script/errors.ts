import { DownpourError } from "../../internal/mod.ts";

/** Why a script can't be used. */
export type ScriptErrorCode =
  /** There is no such file, or it can't be read. */
  | "script_not_found"
  /** It does not parse. */
  | "script_syntax"
  /** It imports what there is not, or what is refused. */
  | "script_import"
  /** It does not type-check (asked for by `checkScript` only). */
  | "script_types"
  /** The bundler or the type checker itself failed. */
  | "script_bundle"
  /** It threw while loading. */
  | "script_threw"
  /** It does not export a function that a scenario runs. */
  | "script_no_function"
  /** Its `setup` threw. */
  | "setup_threw";

/** A script that can't be used. The message is complete for its author: file, line and what to do. */
export class ScriptError extends DownpourError {
  /** `ScriptError`. */
  override readonly name: string = "ScriptError";
  /** Why the script can't be used. */
  declare readonly code: ScriptErrorCode;

  /** An error whose message is complete for the script's author. */
  constructor(code: ScriptErrorCode, message: string, cause?: unknown) {
    super(code, message, { phase: "load", cause });
  }
}
