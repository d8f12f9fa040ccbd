import { dirname, join, resolve } from "node:path";
import { parseJsonc } from "../../internal/mod.ts";
import { isRemote } from "./_imports.ts";
import { readText } from "./_places.ts";

/** What an import map makes of a bare specifier: a path, something remote, or null for anything else. */
export type ResolveBare = (specifier: string) => string | null;

interface Config {
  readonly imports?: unknown;
  readonly importMap?: unknown;
  readonly workspace?: unknown;
}

/**
 * The import map of the `deno.json` that is nearest to a folder, and of the workspace that it belongs
 * to. It leaves out what few write: scopes, and names that are paths.
 */
export async function importMapOf(folder: string): Promise<ResolveBare> {
  const aliases = new Map<string, string>();
  let found = false;
  for (let at = folder;; at = resolve(at, "..")) {
    const config = await readConfig(join(at, "deno.json")) ??
      await readConfig(join(at, "deno.jsonc"));
    if (config !== null && (!found || config.workspace !== undefined)) {
      found = true;
      for (const [name, target] of await aliasesOf(config, at)) {
        if (!aliases.has(name)) aliases.set(name, target);
      }
    }
    if (at === resolve(at, "..")) break;
  }
  return (specifier) => aliased(specifier, aliases);
}

async function readConfig(path: string): Promise<Config | null> {
  return asObject(await readJsonc(path));
}

async function readJsonc(path: string): Promise<unknown> {
  const text = await readText(path);
  if (text === undefined) return null;
  try {
    return parseJsonc(text);
  } catch {
    return null; // The bundler says so.
  }
}

/** Those that lead to files or to something remote. */
async function aliasesOf(config: Config, folder: string): Promise<[string, string][]> {
  let imports = config.imports;
  let base = folder;
  if (imports === undefined && typeof config.importMap === "string") {
    const path = resolve(folder, config.importMap);
    imports = asObject(await readJsonc(path))?.imports;
    base = dirname(path);
  }
  return Object.entries(asObject(imports) ?? {}).flatMap(([name, target]): [string, string][] => {
    if (typeof target !== "string") return [];
    if (isRemote(target)) return [[name, target]];
    if (!/^(?:\.{1,2})?\//.test(target)) return [];
    const path = resolve(base, target);
    return [[name, name.endsWith("/") ? `${path}/` : path]];
  });
}

function aliased(specifier: string, aliases: ReadonlyMap<string, string>): string | null {
  const exact = aliases.get(specifier);
  if (exact !== undefined) return exact;
  let best = "";
  for (const [name, target] of aliases) {
    // What stands for a package stands for its modules too.
    const prefix = target.startsWith("jsr:") && !name.endsWith("/") ? `${name}/` : name;
    if (prefix.endsWith("/") && specifier.startsWith(prefix) && prefix.length > best.length) {
      best = prefix;
    }
  }
  if (best === "") return null;
  const target = aliases.get(best) ?? `${aliases.get(best.slice(0, -1))}/`;
  return target + specifier.slice(best.length);
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null ? { ...value } : null;
}
