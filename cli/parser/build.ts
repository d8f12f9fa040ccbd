import { OptionError } from "../../internal/mod.ts";

/** What builds a source, and what to install where it is missing. */
interface Recipe {
  readonly program: string;
  readonly install: string;
  args(source: string, output: string): readonly string[];
  /** What the compiler says when a part of it is missing, and what to do then. */
  readonly part?: { readonly said: RegExp; readonly install: string };
}

/** Two pages to begin with, and as many as the host gives. */
const MEMORY = ["--initial-memory=131072", "--max-memory=16777216"];
const EXPORTS = ["--export=alloc", "--export=dealloc", "--export=handle_body"];
const LINKING = ["--no-entry", "--strip-all", ...EXPORTS, "--export-if-defined=handle_header"];
const RUST_TARGET = "wasm32-unknown-unknown";

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
  ts: {
    program: "asc",
    install: "AssemblyScript (npm install --global assemblyscript)",
    // Without a runtime, and a trap in the place of `abort`, nothing is imported.
    args: (source, output) => [
      ...[source, "-o", output, "-O3", "--runtime", "stub", "--use", "abort=", "--noAssert"],
      ...["--initialMemory", "2", "--maximumMemory", "256"],
    ],
  },
  rs: {
    program: "rustc",
    install: `Rust (rustup.rs), and its target: rustup target add ${RUST_TARGET}`,
    part: {
      said: /target may not be installed/,
      install: `its target: rustup target add ${RUST_TARGET}`,
    },
    args: (source, output) => [
      ...["--edition", "2021", "--target", RUST_TARGET, "--crate-type", "cdylib", "-O"],
      ...["-C", "panic=abort", "-C", "strip=symbols"],
      // Its stack of 1 MiB would not fit into the first pages.
      ...[...MEMORY, "-zstack-size=65536"].flatMap((option) => ["-C", `link-arg=${option}`]),
      ...["-o", output, source],
    ],
  },
};

/** The command line that builds a source, for people. */
export function buildLine(source: string): string {
  const { program, args } = RECIPES[extensionOf(source)]!;
  return [program, ...args(source, outputOf(source))].join(" ");
}

/**
 * Compiles a packet parser: C with clang, the text format with wat2wasm, AssemblyScript with asc,
 * Rust with rustc.
 *
 * @returns the path of the module
 * @throws {OptionError} for a source of another kind, a compiler that is missing or that refuses it
 */
export async function buildParser(source: string, output = outputOf(source)): Promise<string> {
  const extension = extensionOf(source);
  if (!Object.hasOwn(RECIPES, extension)) {
    const kinds = Object.keys(RECIPES).map((kind) => `.${kind}`).join(", ");
    throw new OptionError("path", `${source} is no source that can be built: name one of ${kinds}`);
  }
  const { program, install, part, args } = RECIPES[extension]!;
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
  if (code !== 0) {
    const hint = part?.said.test(said) ? `: install ${part.install}` : `:\n${said}`;
    throw new OptionError("path", `${program} can't build ${source}${hint}`);
  }
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
