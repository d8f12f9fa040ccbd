import { NetError } from "./errors.ts";

/** `sun_path` of Linux, less the zero at its end (unix(7)). */
const MAX_PATH_BYTES = 107;

/**
 * Checks the path of a Unix socket. One whose first byte is 0 is abstract: a name of its own that
 * has no file (Linux).
 *
 * @throws {NetError} `address_invalid`
 */
export function checkPath(path: unknown): asserts path is string {
  if (typeof path !== "string") throw invalid(String(path), "it is not text");
  if (path === "" || path === "\0") throw invalid(path, "it is empty");
  if (path.indexOf("\0", 1) >= 0) throw invalid(path, "it has a zero byte inside");
  const bytes = new TextEncoder().encode(path).length;
  if (bytes > MAX_PATH_BYTES) {
    throw invalid(path, `it has ${bytes} bytes, a socket's path holds ${MAX_PATH_BYTES}`);
  }
}

function invalid(path: string, reason: string): NetError {
  const shown = JSON.stringify(path.length > 300 ? `${path.slice(0, 300)}…` : path);
  return new NetError("address_invalid", `socket path ${shown} is invalid: ${reason}`);
}
