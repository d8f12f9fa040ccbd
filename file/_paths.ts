import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { OptionError } from "../internal/mod.ts";
import { currentContext } from "../metrics/mod.ts";

/**
 * The path to open: relative ones start at the script's folder, outside a run at the current one.
 *
 * @throws {OptionError} for what can't be a path
 */
export function pathOf(path: string | URL): string {
  if (path instanceof URL) {
    if (path.protocol === "file:") return fromUrl(path);
    throw new OptionError("path", `path must be a path or a file: URL: ${path.href}`);
  }
  if (typeof path !== "string" || path === "" || path.includes("\0")) {
    throw new OptionError("path", `path must be a path or a file: URL: ${JSON.stringify(path)}`);
  }
  const { folder } = currentContext();
  return folder === null || isAbsolute(path) ? path : join(folder, path);
}

function fromUrl(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new OptionError("path", `path is a file: URL that names no file: ${url.href}`, cause);
  }
}
