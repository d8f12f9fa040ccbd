import { IMPORT_KINDS, IMPORT_LIMITS, ImportError, importScript } from "../importing/mod.ts";
import type { Host } from "./host.ts";
import type { ImportFlags } from "./import_options.ts";
import { checkFree, makingOptions, writeScript } from "./script_making.ts";
import { oneOf } from "./values.ts";

const EXPECTED = "a file, - for standard input, or a curl command in quotes";

/** `downpour import`: makes a script of a file, of standard input or of a curl command. */
export async function importCommand(
  input: string,
  flags: ImportFlags,
  host: Host,
): Promise<number> {
  const as = flags.as === undefined ? undefined : oneOf("--as", flags.as, IMPORT_KINDS);
  await checkFree(flags);
  const { file, text } = await read(input);
  await writeScript(await importScript(file, text, { ...makingOptions(flags), as }), flags, host);
  return 0;
}

async function read(input: string): Promise<{ file: string; text: string }> {
  if (/^\s*curl(\.exe)?\s/.test(input)) return { file: "the command line", text: input };
  if (input === "-") {
    return { file: "standard input", text: await decoded("standard input", Deno.stdin.readable) };
  }
  let file: Deno.FsFile;
  try {
    file = await Deno.open(input);
  } catch (cause) {
    const problem = cause instanceof Deno.errors.NotFound ? "no such file" : "it can't be read";
    throw new ImportError("import_unreadable", input, { problem, expected: EXPECTED, cause });
  }
  return { file: input, text: await decoded(input, file.readable) };
}

/** UTF-8 to its end, no more than is allowed. */
async function decoded(file: string, stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const pieces: string[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      size += chunk.length;
      if (size > IMPORT_LIMITS.bytes) break;
      pieces.push(decoder.decode(chunk, { stream: true }));
    }
    if (size <= IMPORT_LIMITS.bytes) pieces.push(decoder.decode());
  } catch (cause) {
    const problem = cause instanceof TypeError ? "it is no UTF-8 text" : "it can't be read";
    throw new ImportError("import_unreadable", file, { problem, expected: EXPECTED, cause });
  }
  if (size > IMPORT_LIMITS.bytes) {
    const problem = `is longer than ${IMPORT_LIMITS.bytes} bytes`;
    throw new ImportError("import_too_large", file, { problem, expected: "a smaller file" });
  }
  return pieces.join("");
}
