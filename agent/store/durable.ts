import { AgentError } from "../errors.ts";

/** Makes names in a folder survive a loss of power. */
export async function syncFolder(path: string): Promise<void> {
  using folder = await Deno.open(path);
  await folder.sync();
}

/** Makes a folder for this user alone, and its parents; an existing one is made private. */
export async function privateFolder(path: string): Promise<void> {
  await Deno.mkdir(path, { recursive: true, mode: 0o700 });
  const { isDirectory } = await Deno.lstat(path);
  if (!isDirectory) throw new AgentError("store_unsafe", `${path} is a link: name its target`);
  await Deno.chmod(path, 0o700);
}

/** Writes all bytes, where `write` may write some. */
export async function writeAll(
  file: Pick<Deno.FsFile, "write">,
  bytes: Uint8Array,
): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}

/** A failure to write, with `disk_full` as its code where that is the reason. */
export function writeError(what: string, cause: unknown): AgentError {
  const code = (cause as { code?: unknown } | null)?.code;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new AgentError("disk_full", `write ${what}: no space left on device`, { cause });
  }
  return new AgentError("store_write_failed", `write ${what}: ${reasonOf(cause)}`, { cause });
}

/** What the system says, without paths of this machine. */
function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.replace(/ \(os error \d+\).*$/s, "").toLowerCase();
}
