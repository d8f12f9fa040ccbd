import { resolve } from "node:path";
import { hostPortOf } from "../internal/mod.ts";

/** One thing that a process asked its runtime for. */
export interface Access {
  /** `net`, `read`, `write`, `env`, `sys`, `ffi` or `import`; starting programs is not logged. */
  readonly permission: string;
  /** What of it: a path, `host:port`, a name; null for all there is. */
  readonly value: string | null;
}

/** A file that shard processes log what they ask for to (Deno's `DENO_AUDIT_PERMISSIONS`). */
export interface Audit extends AsyncDisposable {
  /** For `RunRequest.auditTo`. */
  readonly path: string;
  /** What was asked for so far, each once, in order; paths are absolute. */
  read(): Promise<Access[]>;
}

/** Begins one, in a temporary file that goes with it. */
export async function startAudit(): Promise<Audit> {
  const path = await Deno.makeTempFile({ prefix: "downpour-audit-" });
  return {
    path,
    read: async () => parseAudit(await Deno.readTextFile(path), Deno.cwd()),
    [Symbol.asyncDispose]: () => Deno.remove(path).catch(() => {}),
  };
}

/** What a log says; a line that is cut off is left out. Relative paths start at `folder`. */
export function parseAudit(text: string, folder: string): Access[] {
  const seen = new Map<string, Access>();
  for (const line of text.split("\n")) {
    const access = parseLine(line, folder);
    if (access !== null) seen.set(`${access.permission} ${access.value}`, access);
  }
  return [...seen.values()];
}

function parseLine(line: string, folder: string): Access | null {
  let entry: { permission?: unknown; value?: unknown } | null;
  try {
    entry = JSON.parse(line);
  } catch {
    return null;
  }
  const { permission, value = null } = entry ?? {};
  if (typeof permission !== "string" || (typeof value !== "string" && value !== null)) return null;
  if (value === null) return { permission, value };
  // Deno logs a URL and then its host and port.
  if (permission === "net") return { permission, value: hostPortOf(value) };
  const isPath = permission === "read" || permission === "write" || permission === "ffi";
  return { permission, value: isPath && !/^<.*>$/.test(value) ? resolve(folder, value) : value };
}
