import { describeError, DownpourError } from "../internal/mod.ts";

/**
 * What went wrong with a file; stable, meant to be matched on.
 *
 * | code | meaning |
 * | --- | --- |
 * | `file_not_found` | there is no such file; for one to be written, no such folder |
 * | `permission_denied` | Deno, or the system, doesn't let the process read or write it |
 * | `is_directory` | it is a folder |
 * | `file_mode` | reading what was opened for writing, or the other way round |
 * | `file_closed` | its handle was closed, or the iteration that opened the stream has ended |
 * | `file_failed` | everything else: a full disk, a device, content that is not JSON |
 */
export type FileErrorCode =
  | "file_not_found"
  | "permission_denied"
  | "is_directory"
  | "file_mode"
  | "file_closed"
  | "file_failed";

/** What was done with the file when it failed. */
export type FilePhase = "open" | "read" | "write";

/** A file could not be opened, read or written. */
export class FileError extends DownpourError {
  /** Always `FileError`. */
  override readonly name: string = "FileError";
  /** What went wrong. */
  declare readonly code: FileErrorCode;
  /** What was done with it. */
  declare readonly phase: FilePhase;
  /** The file, as it was looked for. */
  readonly path: string;

  /** Says `cannot <phase> <path>: <reason>`. @param cause the error underneath */
  constructor(
    code: FileErrorCode,
    phase: FilePhase,
    path: string,
    reason: string,
    cause?: unknown,
  ) {
    super(code, `cannot ${phase} ${path}: ${reason}`, { phase, cause });
    this.path = path;
  }
}

const OUT_OF_FILES = "the load generator ran out of file descriptors: " +
  "raise its limit, for example with `ulimit -n 65536`";

/** The `FileError` for what Deno threw. @param access what the process needs to be allowed */
export function fileError(
  cause: unknown,
  phase: FilePhase,
  path: string,
  access: "read" | "write",
): FileError {
  if (cause instanceof FileError) return cause;
  const [code, reason] = classify(cause, path, access);
  return new FileError(code, phase, path, reason, cause);
}

function classify(
  cause: unknown,
  path: string,
  access: "read" | "write",
): [FileErrorCode, string] {
  if (cause instanceof Deno.errors.NotCapable) {
    return ["permission_denied", `no permission, run with --allow-${access}=${path}`];
  }
  if (cause instanceof Deno.errors.PermissionDenied) {
    return ["permission_denied", "the system doesn't allow it"];
  }
  if (cause instanceof Deno.errors.IsADirectory) return ["is_directory", "it is a folder"];
  if (cause instanceof Deno.errors.NotFound) {
    return ["file_not_found", access === "read" ? "no such file" : "its folder does not exist"];
  }
  if (cause instanceof Deno.errors.NotADirectory) {
    return ["file_not_found", "a part of its path is a file, not a folder"];
  }
  const text = describeError(cause);
  return ["file_failed", /\(os error 2[34]\)/.test(text) ? OUT_OF_FILES : text];
}
