/**
 * Builds the parsers beside this file, each into a `.wasm` of its name: `deno task parsers [NAME...]`,
 * with `--output FOLDER` elsewhere. What this machine has no compiler for is skipped, and said so.
 *
 * The results are small and in the repository, so that nobody needs four compilers to send packets.
 * `built.json` says of each by what and of which sources it was made.
 *
 * @module
 */
import { type Built, COMPILERS } from "./compilers.ts";

const HERE = new URL("./", import.meta.url);

/** Sources, by what they become. */
const PARSERS: Readonly<Record<string, string>> = {
  dns: "dns.c",
  echo: "echo.c",
  echo_as: "echo.as.ts",
  echo_rs: "echo.rs",
  echo_wat: "echo.wat",
  heartbeat: "heartbeat.c",
  sequence: "sequence.c",
};

async function build(name: string, source: string, output: URL): Promise<Built | null> {
  const compiler = COMPILERS[source.slice(source.indexOf(".") + 1)]!;
  const { by, missing } = await compiler.find();
  if (by === undefined) {
    console.log(`skipped ${name}.wasm: ${missing}`);
    return null;
  }
  const wasm = await compiler.compile(new URL(source, HERE).pathname);
  await Deno.writeFile(new URL(`${name}.wasm`, output), wasm);
  console.log(`built ${name}.wasm: ${wasm.length} bytes by ${by}`);
  return { by, sources: await hashOf([source, ...compiler.includes]) };
}

async function hashOf(files: readonly string[]): Promise<string> {
  const parts = await Promise.all(files.map((file) => Deno.readFile(new URL(file, HERE))));
  const bytes = await new Blob(parts).arrayBuffer();
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** What is known of the parsers that are not built now stays. */
async function record(built: Readonly<Record<string, Built>>, output: URL): Promise<void> {
  const file = new URL("built.json", output);
  const before = await Deno.readTextFile(file).catch(() => "{}");
  const all = Object.entries({ ...JSON.parse(before), ...built });
  const sorted = Object.fromEntries(all.toSorted(([a], [b]) => a < b ? -1 : 1));
  await Deno.writeTextFile(file, JSON.stringify(sorted, null, 2) + "\n");
}

/** `[output, names]`. */
function readArguments(args: readonly string[]): [output: URL, names: readonly string[]] {
  if (args[0] !== "--output") return [HERE, args];
  const base = new URL(`file://${Deno.cwd()}/`);
  return [new URL(`${args[1] ?? "."}/`, base), args.slice(2)];
}

const [output, names] = readArguments(Deno.args);
const unknown = names.find((name) => !Object.hasOwn(PARSERS, name));
if (unknown !== undefined) {
  console.error(`no parser ${unknown}, only ${Object.keys(PARSERS).join(", ")}`);
  Deno.exit(2);
}
await Deno.mkdir(output, { recursive: true });
const built: Record<string, Built> = {};
for (const [name, source] of Object.entries(PARSERS)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const made = await build(name, source, output);
  if (made !== null) built[`${name}.wasm`] = made;
}
await record(built, output);
