import { OptionError } from "../../internal/mod.ts";

/** What builds a source, and what to install where it is missing. */
interface Recipe {
  readonly program: string;
  readonly install: string;
  args(source: string, output: string): readonly string[];
}

const MEMORY = ["--initial-memory=131072", "--max-memory=16777216"];
const EXPORTS = ["--export=alloc", "--export=dealloc", "--export=handle_body"];
const LINKING = ["--no-entry", "--strip-all", ...EXPORTS, "--export-if-defined=handle_header"];

const RECIPES: Readonly<Record<string, Recipe>> = {
  c: {
    program: "clang",
    install: "clang and lld (Debian: apt install clang lld)",
    args: (source, output) => [
      ...["--target=wasm32", "-O2", "-nostdlib", "-fno-builtin-memset"],
      ...[...LINKING, ...MEMORY].map((option) => `-Wl,${option}`),
      ...["-o", output, source],
    ],
  },
  wat: {
    program: "wat2wasm",
    install: "the WebAssembly Binary Toolkit (Debian: apt install wabt)",
    args: (source, output) => [source, "-o", output],
  },
};

/** Sources that other tools build. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  ts: "asc parser.ts -o parser.wasm -O3 --runtime stub --use abort= --noAssert " +
    "--initialMemory 2 --maximumMemory 256",
  rs: "rustc --edition 2021 --target wasm32-unknown-unknown --crate-type cdylib -O " +
    "-C panic=abort -C strip=symbols -C link-arg=--max-memory=16777216 -o parser.wasm parser.rs",
};

/** The command line that builds a source, for people. */
export function buildLine(source: string): string {
  const extension = extensionOf(source);
  const recipe = Object.hasOwn(RECIPES, extension) ? RECIPES[extension] : undefined;
  if (recipe === undefined) return ELSEWHERE[extension] ?? "";
  return [recipe.program, ...recipe.args(source, outputOf(source))].join(" ");
}

/**
 * Compiles a packet parser: C with clang, the text format with wat2wasm.
 *
 * @returns the path of the module
 * @throws {OptionError} for a source of another kind, a compiler that is missing or that refuses it
 */
export async function buildParser(source: string, output = outputOf(source)): Promise<string> {
  const extension = extensionOf(source);
  if (Object.hasOwn(ELSEWHERE, extension)) {
    throw new OptionError("path", `build ${source} by: ${ELSEWHERE[extension]}`);
  }
  if (!Object.hasOwn(RECIPES, extension)) {
    throw new OptionError("path", `${source} is no source that can be built: name a .c or .wat`);
  }
  const { program, install, args } = RECIPES[extension]!;
  // A shell starts it, and becomes it: so `bash` is all that must be allowed.
  const { code, stderr } = await new Deno.Command("bash", {
    args: ["-c", 'command -v "$0" >/dev/null || exit 127; exec "$0" "$@"', program].concat(
      args(safe(source), safe(output)),
    ),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  const said = new TextDecoder().decode(stderr).trim();
  if (code === 127) throw new OptionError("path", `${program} is missing: install ${install}`);
  if (code !== 0) throw new OptionError("path", `${program} can't build ${source}:\n${said}`);
  return output;
}

/** A path that no program takes for an option. */
function safe(path: string): string {
  return path.startsWith("-") ? `./${path}` : path;
}

function outputOf(source: string): string {
  return source.replace(/\.[^./\\]*$/, "") + ".wasm";
}

function extensionOf(path: string): string {
  return /\.([^./\\]+)$/.exec(path)?.[1] ?? "";
}
