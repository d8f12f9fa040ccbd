import { AgentError } from "../errors.ts";
import { writeAll } from "../store/durable.ts";

const TOKEN_BYTES = 32;

/**
 * Reads the token in a file, or makes one there that this user alone can read.
 *
 * @returns 64 hexadecimal digits where it was made here
 * @throws {AgentError} `token_file_open` when others can read the file
 */
export async function readToken(path: string): Promise<string> {
  const bytes = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES));
  try {
    using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
    await writeAll(file, new TextEncoder().encode(`${bytes.toHex()}\n`));
    await file.sync();
    return bytes.toHex();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  const { mode } = await Deno.stat(path);
  if (mode !== null && (mode & 0o077) !== 0) {
    throw new AgentError("token_file_open", `others can read ${path}: chmod 600 it`);
  }
  return (await Deno.readTextFile(path)).trim();
}
