import { fileURLToPath } from "node:url";
import { DownpourError } from "../../internal/mod.ts";
import { MODULE_NAMES } from "../module_names.ts";
import { folderOf } from "../files.ts";

/** What a script is made of. */
export interface ScriptGraph {
  /** Its local modules, itself first: absolute paths. */
  readonly files: readonly string[];
  /** The npm packages that they import, as in `npm:chalk@5`. */
  readonly npm: readonly string[];
}

/** What is used here of the answer of `deno info --json`. */
interface Info {
  readonly roots: readonly string[];
  readonly modules: readonly Module[];
  readonly redirects?: Readonly<Record<string, string>>;
}

interface Module {
  readonly specifier: string;
  readonly local?: string | null;
  readonly error?: string;
  readonly dependencies?: readonly Dependency[];
}

interface Dependency {
  readonly specifier: string;
  readonly code?: { readonly specifier?: string };
  readonly type?: { readonly specifier?: string };
}

/**
 * Follows a script's imports by the rules of its folder; those of our own modules are left alone.
 *
 * @throws {DownpourError} `archive_failed` when Deno can't tell
 */
export async function scriptGraph(script: string): Promise<ScriptGraph> {
  const info = await denoInfo(script);
  const modules = new Map(info.modules.map((module) => [module.specifier, module]));
  const npm = new Set<string>();
  const files = new Set<string>();
  const todo = [...info.roots];
  for (let at = todo.shift(); at !== undefined; at = todo.shift()) {
    const file = fileURLToPath(at);
    if (files.has(file)) continue;
    files.add(file);
    for (const { specifier, code, type } of modules.get(at)?.dependencies ?? []) {
      if (isOurs(specifier)) continue;
      for (const found of [code?.specifier, type?.specifier]) {
        if (found?.startsWith("file:")) todo.push(info.redirects?.[found] ?? found);
        if (found?.startsWith("npm:")) npm.add(found);
      }
    }
  }
  return { files: [...files], npm: [...npm].sort() };
}

async function denoInfo(script: string): Promise<Info> {
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command("deno", {
      args: ["info", "--json", "--no-remote", script],
      cwd: folderOf(script),
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
  } catch (cause) {
    throw failed(script, "deno did not start", cause);
  }
  const decoder = new TextDecoder();
  if (!output.success) {
    throw failed(script, decoder.decode(output.stderr).replace(/^error: /, "").trim());
  }
  return JSON.parse(decoder.decode(output.stdout));
}

function failed(script: string, why: string, cause?: unknown): DownpourError {
  return new DownpourError("archive_failed", `can't follow the imports of ${script}: ${why}`, {
    cause,
  });
}

/** Whether a script gets the module from whoever runs it. */
function isOurs(specifier: string): boolean {
  return MODULE_NAMES.some((name) => name === specifier);
}
