import { describeError, OptionError } from "../internal/mod.ts";
import type { HostEnv } from "./host.ts";

/** Reads what options name: files and standard input. */
export interface Sources {
  /**
   * The bytes of a file, or of standard input for `-`, which can be read once.
   *
   * @throws {OptionError} naming `option`, where it can't be read or has over `most` bytes
   */
  bytes(option: string, path: string, most: number): Promise<Uint8Array<ArrayBuffer>>;
  /** The same as text. @throws {OptionError} also for what is not UTF-8 */
  text(option: string, path: string, most: number): Promise<string>;
  /** A variable of the environment; undefined when it is not set or may not be read. */
  env(name: string): string | undefined;
}

/** What there is around a process. */
export function sources(
  env: (name: HostEnv) => string | undefined,
  stdin: () => ReadableStream<Uint8Array> = () => Deno.stdin.readable,
): Sources {
  let taken: string | null = null;
  const open = async (option: string, path: string): Promise<ReadableStream<Uint8Array>> => {
    if (path !== "-") return (await Deno.open(path)).readable;
    if (taken !== null) {
      throw new OptionError(option, `${option} and ${taken} can't both read standard input`);
    }
    taken = option;
    return stdin();
  };
  const bytes: Sources["bytes"] = async (option, path, most) => {
    const shown = path === "-" ? "standard input" : path;
    try {
      return await readAtMost(await open(option, path), most);
    } catch (error) {
      if (error instanceof OptionError) throw error;
      throw new OptionError(option, `${option}: cannot read ${shown}: ${reasonOf(error)}`, error);
    }
  };
  return {
    bytes,
    async text(option, path, most) {
      const all = await bytes(option, path, most);
      try {
        return new TextDecoder("utf-8", { fatal: true }).decode(all);
      } catch {
        const shown = path === "-" ? "standard input" : path;
        throw new OptionError(option, `${option}: ${shown} is not text in UTF-8`);
      }
    },
    env: (name) => env(name as HostEnv),
  };
}

async function readAtMost(
  stream: ReadableStream<Uint8Array>,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop early cancels the stream, which closes the file.
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > most) throw new Error(`it has more than ${most / 2 ** 20} MiB`);
    chunks.push(chunk);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.NotCapable) return "this process may not read it";
  return describeError(error);
}
