import { basename, dirname, join, resolve } from "node:path";
import { describeError, parseJsonc } from "../../internal/mod.ts";
import { MODULE_NAMES } from "../module_names.ts";
import { ArchiveError } from "./tar_header.ts";
import type { Member } from "./tar_write.ts";

/** What of a `deno.json` and a `package.json` says how imports resolve and code is read. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  "deno.json": ["imports", "scopes", "compilerOptions", "unstable", "nodeModulesDir"],
  "deno.jsonc": ["imports", "scopes", "compilerOptions", "unstable", "nodeModulesDir"],
  "package.json": ["name", "version", "type", "imports", "dependencies", "devDependencies"],
};

/** The configuration that the modules of a folder resolve by: what of it an archive needs. */
export async function configurationOf(folder: string): Promise<Member[]> {
  const deno = await nearest(folder, ["deno.json", "deno.jsonc"]);
  const node = await nearest(folder, ["package.json"]);
  const members: Member[] = [];
  for (const path of [deno, node]) {
    if (path !== null) members.push({ path, text: await portable(path) });
  }
  if (deno !== null) {
    const lock = join(dirname(deno), "deno.lock");
    if (await isFile(lock)) members.push({ path: lock, from: lock });
  }
  return members;
}

/**
 * A configuration file without what is of one machine alone, or could reach beyond its folder: where
 * the lock file is written, for one.
 *
 * @throws {ArchiveError} for what is no JSON
 */
export async function portable(path: string): Promise<string> {
  const config = parse(path, await Deno.readTextFile(path));
  const kept = KEPT[basename(path)] ?? [];
  const chosen = Object.entries(config).filter(([name]) => kept.includes(name));
  const moved = chosen.map(([name, value]) => [name, withoutOurs(name, value)]);
  return `${JSON.stringify(Object.fromEntries(moved), null, 2)}\n`;
}

/** Whether a file says how modules resolve, wherever in an archive it stands. */
export function isConfiguration(path: string): boolean {
  return Object.hasOwn(KEPT, basename(path));
}

function parse(path: string, text: string): object {
  try {
    const value = parseJsonc(text);
    if (typeof value === "object" && value !== null) return value;
  } catch (cause) {
    throw new ArchiveError(`${path} can't be read: ${describeError(cause)}`, cause);
  }
  throw new ArchiveError(`${path} is no object`);
}

/** An import map without our own modules and the folders they are in: who runs the archive has them. */
function withoutOurs(field: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const ours: readonly string[] = MODULE_NAMES;
  const isOurs = (name: string) =>
    field === "imports" ? ours.includes(name) : field === "scopes" && name.startsWith("file:");
  return Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).filter(([name]) => !isOurs(name)));
}

async function nearest(folder: string, names: readonly string[]): Promise<string | null> {
  for (let at = folder;; at = resolve(at, "..")) {
    for (const name of names) {
      if (await isFile(join(at, name))) return join(at, name);
    }
    if (at === resolve(at, "..")) return null;
  }
}

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then((info) => info.isFile, () => false);
}
