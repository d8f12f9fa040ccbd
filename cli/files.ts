import { describeError, DownpourError } from "../internal/mod.ts";

/** A file that could not be written: the run's numbers are fine, its exit code is not 0. */
export class OutputError extends DownpourError {
  override readonly name: string = "OutputError";

  constructor(path: string, cause: unknown) {
    super("output_failed", `cannot write ${path}: ${systemReason(cause)}`, { cause });
  }
}

/**
 * Writes `text` to `path` so that nobody ever sees half of it: into a new file beside it, which
 * then takes its name. Devices and pipes are written to as they are.
 *
 * @throws {OutputError}
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const there = await Deno.stat(path).catch(() => null);
  if (there !== null && !there.isFile && !there.isDirectory) {
    await Deno.writeFile(path, bytes, { create: false }).catch((error) => {
      throw new OutputError(path, error);
    });
    return;
  }
  const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    await Deno.writeFile(temporary, bytes, { createNew: true });
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw new OutputError(path, error);
  }
}

/**
 * Makes sure before a run that its result will have a place: the folder exists and `path` is no
 * folder itself.
 *
 * @throws {OutputError}
 */
export async function checkWritable(path: string): Promise<void> {
  let isFolder = false;
  try {
    if (!(await Deno.stat(folderOf(path))).isDirectory) throw new Error("its folder is a file");
    isFolder = await Deno.stat(path).then((info) => info.isDirectory, () => false);
  } catch (error) {
    throw new OutputError(path, error);
  }
  if (isFolder) throw new OutputError(path, new Error("it is a folder"));
}

/**
 * Checks that `path`, which a script chose, lies below one of `folders`, links followed.
 *
 * @throws {OutputError}
 */
export async function checkInside(path: string, folders: readonly string[]): Promise<void> {
  let real: string;
  try {
    if (path.includes("\0")) throw new Error("its name has a NUL");
    real = await Deno.realPath(folderOf(path));
  } catch (error) {
    throw new OutputError(path, error);
  }
  for (const folder of folders) {
    const root = await Deno.realPath(folder).catch(() => null);
    if (root !== null && (real === root || real.startsWith(root.replace(/[/\\]?$/, separator)))) {
      return;
    }
  }
  throw new OutputError(
    path,
    new Error(
      `handleSummary may only write below ${
        folders.map(folderName).join(", ")
      } (see --allow-write)`,
    ),
  );
}

const folderName = (folder: string) => folder === "." ? "the current folder" : folder;

const separator = Deno.build.os === "windows" ? "\\" : "/";

/** The folder of a path, as `dirname`: `.` for a bare name. */
export function folderOf(path: string): string {
  const cut = Math.max(path.lastIndexOf("/"), separator === "\\" ? path.lastIndexOf("\\") : -1);
  return cut < 0 ? "." : cut === 0 ? path[0]! : path.slice(0, cut);
}

/** The system's reason in a few words, without its own mention of the path. */
function systemReason(cause: unknown): string {
  if (cause instanceof Deno.errors.NotFound) return "the folder does not exist";
  if (cause instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (cause instanceof Deno.errors.NotCapable) return "this process may not write there";
  return describeError(cause);
}
