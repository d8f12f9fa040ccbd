import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { BundlerMessage } from "./_bundle_errors.ts";
import { ScriptError } from "./errors.ts";

/** What the bundler made of a script. */
export interface BundlerResult {
  /** The bundle with its source map inline; undefined when there were errors. */
  readonly output: string | undefined;
  readonly errors: readonly BundlerMessage[];
  /** Folder that its relative paths start at. */
  readonly base: string;
}

/** What Deno looks for in a folder and those above to know how imports resolve. */
const CONFIGS = ["deno.json", "deno.jsonc", "package.json"];

/** The program of the other process: bundles as its argument says and prints what came out. */
const PROGRAM = `const result = await Deno.bundle(JSON.parse(Deno.args[0]));
const output = result.outputFiles?.[0]?.text();
console.log(JSON.stringify({ output, errors: result.errors }));`;

/**
 * Bundles a script by the rules of its own folder: the import map of the `deno.json` and the
 * packages of the `package.json` that are nearest to it. This process resolves by those that it was
 * started with; where they are others, `deno` is started in the script's folder.
 *
 * @throws {ScriptError} `script_bundle`
 */
export async function runBundler(
  entry: string,
  typed: string,
  external: readonly string[],
): Promise<BundlerResult> {
  const options: Deno.bundle.Options = {
    entrypoints: [entry],
    external: [...external],
    sourcemap: "inline",
    platform: "deno",
    format: "esm",
    write: false,
  };
  const config = await nearestConfig(dirname(entry));
  const own = await nearestConfig(ownFolder());
  if (config !== null && config !== own && mayStart()) {
    return await bundleThere(entry, typed, options);
  }
  try {
    const { outputFiles, errors } = await Deno.bundle(options);
    return { output: outputFiles?.[0]?.text(), errors, base: Deno.cwd() };
  } catch (error) {
    // Packages that our own configuration locks at other versions; a script without one locks none.
    if (config === null && own !== null && mayStart()) {
      return await bundleThere(entry, typed, options);
    }
    throw new ScriptError("script_bundle", `Can't bundle ${typed}${hint(typed)}`, error);
  }
}

/** Bundles in a process of its own that Deno configures from the script's folder. */
async function bundleThere(
  entry: string,
  typed: string,
  options: Deno.bundle.Options,
): Promise<BundlerResult> {
  const base = dirname(entry);
  const flags = ["--quiet", "--no-prompt", "--unstable-bundle", "--allow-read"];
  let done: Deno.CommandOutput;
  try {
    const child = new Deno.Command("deno", {
      args: ["run", ...flags, "-", JSON.stringify(options)],
      cwd: base,
      env: { NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const [output] = await Promise.all([child.output(), write(child.stdin, PROGRAM)]);
    done = output;
  } catch (error) {
    throw new ScriptError("script_bundle", `Can't bundle ${typed}: deno did not start`, error);
  }
  const decoder = new TextDecoder();
  if (done.success) {
    const { output, errors } = JSON.parse(decoder.decode(done.stdout));
    return { output, errors, base };
  }
  const why = /^error: (?:Uncaught )?(?:\(in promise\) )?(.*)$/m.exec(decoder.decode(done.stderr))
    ?.[1];
  const text = why === undefined ? "" : `: ${why.replace(/^Error: /, "")}`;
  throw new ScriptError("script_bundle", `Can't bundle ${typed}${text}${hint(typed)}`);
}

async function write(stream: WritableStream<Uint8Array>, text: string): Promise<void> {
  await new Blob([text]).stream().pipeTo(stream);
}

/** Deno says little when a package can't be had: its other commands say more. */
function hint(typed: string): string {
  return ` (if it imports packages, "deno install --entrypoint ${typed}" says what is wrong with them)`;
}

async function nearestConfig(folder: string): Promise<string | null> {
  for (let at = folder;; at = resolve(at, "..")) {
    for (const name of CONFIGS) {
      const path = join(at, name);
      try {
        if ((await Deno.stat(path)).isFile) return path;
      } catch {
        // Not there, or not to be looked at.
      }
    }
    if (at === resolve(at, "..")) return null;
  }
}

/** Where Deno looked for the configuration of this process. */
function ownFolder(): string {
  const main = Deno.mainModule;
  return main.startsWith("file:") ? dirname(fileURLToPath(main)) : Deno.cwd();
}

/** The other process may read everything: only where this one may too. */
function mayStart(): boolean {
  const states = [
    Deno.permissions.querySync({ name: "read" }),
    Deno.permissions.querySync({ name: "run", command: "deno" }),
  ];
  return states.every(({ state }) => state === "granted");
}
