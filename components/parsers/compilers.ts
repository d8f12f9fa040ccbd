/**
 * What makes a parser of a source: how each compiler is found, and its command line.
 *
 * @module
 */

/** Of one file that was built. */
export interface Built {
  /** The compiler with its version: another makes other bytes that do the same. */
  readonly by: string;
  /** SHA-256 of the source and what it includes. */
  readonly sources: string;
}

/** One language. */
export interface Compiler {
  /** What each source is made of besides itself. */
  readonly includes: readonly string[];
  /** Either what it is, or why it isn't there. */
  find(): Promise<{ by: string; missing?: never } | { by?: never; missing: string }>;
  compile(path: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** The host's cap: it refuses a parser that declares more. */
const MAX_PAGES = 256;
const INITIAL_PAGES = 2;
const PAGE = 65536;
const MEMORY = [`--initial-memory=${INITIAL_PAGES * PAGE}`, `--max-memory=${MAX_PAGES * PAGE}`];

/** What a parser exports, besides its memory. */
const EXPORTS = ["alloc", "dealloc", "handle_body"];

const C: Compiler = {
  includes: ["contract.h"],

  async find() {
    const clang = await versionOf("clang");
    if (clang === null) return { missing: "clang is not installed" };
    const linker = await versionOf("wasm-ld");
    if (linker === null) return { missing: "wasm-ld is not installed (Debian: lld)" };
    return { by: `clang ${clang}, wasm-ld ${linker}` };
  },

  compile(path) {
    const linking = [
      "--no-entry",
      "--strip-all", // Names, and by whom it was built.
      ...EXPORTS.map((name) => `--export=${name}`),
      "--export-if-defined=handle_header",
      ...MEMORY,
    ];
    return compiled("clang", (output) => [
      ...["--target=wasm32", "-O2", "-nostdlib", "-fno-builtin-memset", "-Wall", "-Wextra"],
      ...linking.map((option) => `-Wl,${option}`),
      ...["-o", output, path],
    ]);
  },
};

const RUST_TARGET = "wasm32-unknown-unknown";

const RUST: Compiler = {
  includes: [],

  async find() {
    const rustc = await versionOf("rustc");
    if (rustc === null) return { missing: "rustc is not installed" };
    const folder = await outputOf("rustc", ["--print", "target-libdir", "--target", RUST_TARGET]);
    const there = await Deno.stat(folder?.trim() ?? "").then(() => true, () => false);
    if (there) return { by: `rustc ${rustc}` };
    return { missing: `rustc has no target ${RUST_TARGET} (rustup target add ${RUST_TARGET})` };
  },

  compile(path) {
    const codegen = ["panic=abort", "strip=symbols"];
    const linking = [...MEMORY, `-zstack-size=${PAGE}`].map((option) => `link-arg=${option}`);
    return compiled("rustc", (output) => [
      ...["--edition", "2021", "--target", RUST_TARGET, "--crate-type", "cdylib", "-O"],
      ...[...codegen, ...linking].flatMap((option) => ["-C", option]),
      ...["-o", output, path],
    ]);
  },
};

const ASSEMBLY_SCRIPT: Compiler = {
  includes: [],
  find: () => pinned("assemblyscript/asc"),

  async compile(path) {
    const { default: asc } = await import("assemblyscript/asc");
    const text = await Deno.readTextFile(path);
    const source = path.slice(path.lastIndexOf("/") + 1);
    const written: Uint8Array<ArrayBuffer>[] = [];
    const memory = ["--initialMemory", `${INITIAL_PAGES}`, "--maximumMemory", `${MAX_PAGES}`];
    // Without a runtime, and a trap in the place of `abort`, nothing is imported.
    const bare = ["--runtime", "stub", "--use", "abort=", "--noAssert"];
    const { error, stderr } = await asc.main(
      [source, "--outFile", "parser.wasm", "-O3", ...bare, ...memory],
      {
        readFile: (name) => name === source ? text : null,
        writeFile: (_, content) => void written.push(new Uint8Array(content as Uint8Array)),
        listFiles: () => [],
      },
    );
    const [wasm] = written;
    if (error !== null || wasm === undefined) throw new Error(`asc failed: ${stderr}`);
    return wasm;
  },
};

const TEXT: Compiler = {
  includes: [],
  find: () => pinned("wabt"),

  async compile(path) {
    const { default: load } = await import("wabt");
    const { parseWat } = await load();
    const module = parseWat(path, await Deno.readTextFile(path));
    try {
      return new Uint8Array(module.toBinary({}).buffer);
    } finally {
      module.destroy();
    }
  },
};

/** By the extension of a source. */
export const COMPILERS: Readonly<Record<string, Compiler>> = {
  "as.ts": ASSEMBLY_SCRIPT,
  c: C,
  rs: RUST,
  wat: TEXT,
};

/** A package is always there: in the version of `deno.json`. */
async function pinned(name: string): Promise<{ by: string }> {
  const config = JSON.parse(await Deno.readTextFile(new URL("../deno.json", import.meta.url)));
  return { by: config.imports[name].match(/^npm:([^/]+)/)[1] };
}

/** Runs a compiler that writes a file. */
async function compiled(
  program: string,
  args: (output: string) => string[],
): Promise<Uint8Array<ArrayBuffer>> {
  const output = await Deno.makeTempFile({ suffix: ".wasm" });
  try {
    const { success } = await new Deno.Command(program, {
      args: args(output),
      stdout: "inherit",
      stderr: "inherit",
    }).output();
    if (!success) throw new Error(`${program} failed`);
    return await Deno.readFile(output);
  } finally {
    await Deno.remove(output);
  }
}

/** Null where there is no such program. */
async function versionOf(program: string): Promise<string | null> {
  return (await outputOf(program, ["--version"]))?.match(/\d+\.\d+\.\d+/)?.[0] ?? null;
}

/** Null where the program is missing or fails. */
async function outputOf(program: string, args: string[]): Promise<string | null> {
  try {
    const { success, stdout } = await new Deno.Command(program, { args, stderr: "null" }).output();
    return success ? new TextDecoder().decode(stdout) : null;
  } catch (error) {
    // Deno finds programs when it starts: it doesn't permit one that isn't there.
    if (error instanceof Deno.errors.NotFound) return null;
    if (error instanceof Deno.errors.NotCapable) return null;
    throw error;
  }
}
