import { denoCommand, OptionError } from "../../internal/mod.ts";
import { HostError } from "./errors.ts";

/** The project that has jco: apart, so that nobody who hosts nothing has to fetch it. */
const PROJECT = new URL("../../components/", import.meta.url);
/** Longest time of it, in milliseconds: fetching jco included. */
const LIMIT_MS = 300_000;
/** Last characters of what it printed that become part of an error. */
const MAX_REASON = 2000;

/** Functions that suspend a component, and those of the component that may be suspended. */
export interface SuspendingNames {
  readonly imports: readonly string[];
  readonly exports: readonly string[];
}

/**
 * Makes JavaScript and core modules of a component, in a process of its own; what was made before
 * is used again.
 *
 * @returns the folder, as a `file:` URL with a slash at its end
 * @throws {HostError} `transpile_failed`
 * @throws {OptionError} for a cache folder whose path has a comma
 */
export async function transpile(
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  names: SuspendingNames,
  cacheFolder: string,
): Promise<URL> {
  const tools = await Promise.all(
    ["deno.lock", "transpile.ts"].map((name) => Deno.readFile(new URL(name, PROJECT))),
  );
  const key = await digest([bytes, ...tools, new TextEncoder().encode(JSON.stringify(names))]);
  const absoluteFolder = await absolute(cacheFolder);
  if (absoluteFolder.includes(",")) {
    // A permission's value is a list: it would grant what is on either side of the comma.
    const message = `cacheFolder has a comma in its path: ${absoluteFolder}`;
    throw new OptionError("cacheFolder", message);
  }
  const cache = new URL(`${encodePath(absoluteFolder)}/`, "file:///");
  const folder = new URL(`${key}/`, cache);
  if (!(await exists(new URL("component.js", folder)))) {
    await run(path, decodeURIComponent(folder.pathname.slice(0, -1)), cacheFolder, names);
  }
  return folder;
}

async function run(
  component: string,
  folder: string,
  cacheFolder: string,
  names: SuspendingNames,
): Promise<void> {
  const program = new URL("transpile.ts", PROJECT);
  const permissions = ["--allow-read", "--allow-env", `--allow-write=${cacheFolder}`];
  const child = new Deno.Command(denoCommand(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--frozen"],
      ...["--config", decodeURIComponent(new URL("deno.json", PROJECT).pathname)],
      ...permissions,
      program.href,
      ...[component, folder, JSON.stringify(names)],
    ],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const limit = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  const { success, stderr } = await child.output();
  clearTimeout(limit);
  if (success) return;
  const reason = new TextDecoder().decode(stderr).trim().slice(-MAX_REASON);
  const message = `jco can't make JavaScript of ${component}: ${reason || "it was ended"}`;
  throw new HostError("transpile_failed", "load", message);
}

async function digest(parts: readonly Uint8Array<ArrayBuffer>[]): Promise<string> {
  const each = await Promise.all(parts.map((part) => crypto.subtle.digest("SHA-256", part)));
  const all = await crypto.subtle.digest("SHA-256", await new Blob(each).arrayBuffer());
  return new Uint8Array(all).toHex().slice(0, 32);
}

/** Of a folder that may not be there yet. */
async function absolute(path: string): Promise<string> {
  return path.startsWith("/") ? path : `${await Deno.realPath(".")}/${path}`;
}

function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

async function exists(file: URL): Promise<boolean> {
  try {
    return (await Deno.stat(file)).isFile;
  } catch {
    return false;
  }
}
