import { checkNames, OptionError } from "../internal/mod.ts";
import { pathOf } from "./_paths.ts";
import { FileError, fileError } from "./errors.ts";
import { FileHandle, type FileMode } from "./handle.ts";

/** How `open` opens a file. */
export interface OpenOptions {
  /** What for. `write` empties the file before it is written, `append` adds to it. Default `read`. */
  readonly mode?: FileMode | undefined;
}

const MODES: readonly FileMode[] = ["read", "write", "append"];
const NAMES = ["mode"];

/**
 * Opens a file to stream it, in whole or in pieces, as often as is wanted. To be written, it is
 * made where it is missing.
 *
 * Relative paths start at the script's folder (give `new URL("./x", import.meta.url)` for a path
 * that starts at the module it stands in), outside a run at the current folder.
 *
 * @throws {FileError} `file_not_found`, `permission_denied`, `is_directory`, `file_failed`
 * @throws {OptionError} for options that there are not
 */
export async function open(path: string | URL, options: OpenOptions = {}): Promise<FileHandle> {
  const mode = modeOf(options);
  const resolved = pathOf(path);
  const size = mode === "read" ? await sizeToRead(resolved) : await sizeToWrite(resolved, mode);
  return new FileHandle(resolved, mode, size);
}

async function sizeToRead(path: string): Promise<number> {
  try {
    // Before it is opened: opening a pipe waits for somebody to write to it.
    const { isDirectory, isFile } = await Deno.stat(path);
    if (isDirectory) throw new FileError("is_directory", "open", path, "it is a folder");
    if (!isFile) throw new FileError("file_failed", "open", path, "it is a device or a pipe");
    using file = await Deno.open(path);
    return (await file.stat()).size;
  } catch (cause) {
    throw fileError(cause, "open", path, "read");
  }
}

async function sizeToWrite(path: string, mode: FileMode): Promise<number> {
  try {
    using file = await Deno.open(path, { write: true, create: true, append: mode === "append" });
    return (await file.stat()).size;
  } catch (cause) {
    throw fileError(cause, "open", path, "write");
  }
}

function modeOf(options: OpenOptions): FileMode {
  checkNames("open", options, NAMES);
  const { mode = "read" } = options;
  if (MODES.includes(mode)) return mode;
  const got = JSON.stringify(mode);
  throw new OptionError("mode", `mode must be one of ${MODES.join(", ")}: ${got}`);
}
