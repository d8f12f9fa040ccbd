import { isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { currentContext } from "../../metrics/mod.ts";
import { DownpourError, OptionError } from "../../internal/mod.ts";
import { initScope } from "./script_scope.ts";

/**
 * Reads a file while the script loads (k6's global `open`): all virtual users of the process get
 * the same text, or the same buffer.
 *
 * Relative paths start at the script's folder; `import.meta.resolve("./x")` gives a path that
 * starts at the module it stands in.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { open } from "@downpour/downpour/data";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, "one,two");
 * assert.deepEqual(open(path).split(","), ["one", "two"]);
 * assert.equal(open(path, "b").byteLength, 7);
 * await Deno.remove(path);
 * ```
 *
 * @param path of the file, or its `file:` URL
 * @param mode `"b"` for its bytes: don't write to them but to a `slice()`, they are shared
 * @throws {OptionError} for an unusable path or mode
 * @throws {DownpourError} `not_in_init` once the script has loaded; `file_not_found`,
 * `permission_denied`, `is_directory` or `file_failed` when it can't be read
 */
export function open(path: string | URL, mode: "b"): ArrayBuffer;
/** The file as text, UTF-8. */
export function open(path: string | URL): string;
export function open(path: string | URL, mode?: "b"): string | ArrayBuffer {
  const scope = initScope("open");
  if (mode !== undefined && mode !== "b") {
    throw new OptionError("open", `mode of open must be "b" or left out: ${String(mode)}`);
  }
  const file = resolvePath(path);
  if (mode === undefined) {
    return cached(scope.texts, file, () => read(file, Deno.readTextFileSync));
  }
  // A buffer that a script gave away, to a worker for example, is empty.
  if (scope.bytes.get(file)?.detached) scope.bytes.delete(file);
  return cached(scope.bytes, file, () => read(file, Deno.readFileSync).buffer);
}

function cached<T>(known: Map<string, T>, file: string, load: () => T): T {
  const found = known.get(file);
  if (found !== undefined) return found;
  const value = load();
  known.set(file, value);
  return value;
}

function resolvePath(path: string | URL): string {
  const text = path instanceof URL ? path.href : path;
  if (typeof text !== "string" || text === "" || text.includes("\0")) {
    throw new OptionError("open", `open needs a path or a file: URL: ${JSON.stringify(path)}`);
  }
  if (/^[a-z][a-z0-9+.-]+:/i.test(text) && !isAbsolute(text)) {
    if (URL.parse(text)?.protocol !== "file:") {
      throw new OptionError("open", `open reads files, not ${JSON.stringify(text)}`);
    }
    return fileURLToPath(text);
  }
  return resolve(currentContext().folder ?? "", text);
}

function read<T>(file: string, readSync: (path: string) => T): T {
  try {
    return readSync(file);
  } catch (cause) {
    const [code, why] = reason(cause, file);
    throw new DownpourError(code, `Can't open ${file}: ${why}`, { phase: "open", cause });
  }
}

function reason(cause: unknown, file: string): [code: string, why: string] {
  if (cause instanceof Deno.errors.NotFound) return ["file_not_found", "no such file"];
  if (cause instanceof Deno.errors.NotCapable) {
    return ["permission_denied", `the run may not read it, add --allow-read=${file}`];
  }
  if (cause instanceof Deno.errors.PermissionDenied) {
    return ["permission_denied", "the system forbids it"];
  }
  if (cause instanceof Deno.errors.IsADirectory) return ["is_directory", "it is a folder"];
  return ["file_failed", cause instanceof Error ? cause.message : String(cause)];
}
