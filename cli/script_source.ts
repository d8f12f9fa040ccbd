import { resolve } from "node:path";
import { ExitCode } from "../internal/mod.ts";
import type { OptionTier } from "../runner/mod.ts";
import { folderOf, OutputError } from "./files.ts";
import type { Host } from "./host.ts";

/** The longest script that standard input may give, in bytes. */
const MAX_STDIN = 16 * 2 ** 20;

/** A script as a file, wherever it came from. */
export interface ScriptSource {
  /** Its path. */
  readonly path: string;
  /** The folder that it may read unless told. */
  readonly folder: string;
  /** Its name for people, where that is not the path. */
  readonly title?: string;
  /** Options that came with it and beat its own. */
  readonly options?: OptionTier;
  /** Values of its `__ENV` that came with it. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Calls `use` with the script that an operand names: a file, an archive (`.tar`), which is unpacked
 * for that long, or `-`, standard input, which is a file of the current folder for that long, so that
 * its imports and data are found from there.
 *
 * @param host whose signals end the process, once what was put somewhere is gone; null where `use`
 *   hears them
 */
export async function withScript<T>(
  operand: string,
  host: Pick<Host, "onSignal"> | null,
  use: (source: ScriptSource) => Promise<T>,
): Promise<T> {
  if (operand === "-") {
    const path = `.downpour-stdin-${crypto.randomUUID().slice(0, 8)}.ts`;
    await writeStdin(path);
    await using _ = removing(host, () => Deno.remove(path).catch(() => {}));
    return await use({ path, folder: ".", title: "standard input" });
  }
  if (!operand.endsWith(".tar")) return await use({ path: operand, folder: folderOf(operand) });
  const { unpackScript } = await import("./archive/mod.ts");
  const unpacked = await unpackScript(resolve(operand));
  await using _ = removing(host, () => unpacked[Symbol.asyncDispose]());
  const { script: path, folder, metadata: { options, env } } = unpacked;
  return await use({
    path,
    folder,
    title: operand,
    options: { from: `archive ${operand}`, options },
    env,
  });
}

/** Removes something at the end, or on a signal of the host, which ends the process. */
function removing(
  host: Pick<Host, "onSignal"> | null,
  remove: () => PromiseLike<void>,
): AsyncDisposable {
  const removeSignals = host?.onSignal(async () => {
    await remove();
    Deno.exit(ExitCode.signal);
  });
  return {
    async [Symbol.asyncDispose]() {
      await remove();
      removeSignals?.();
    },
  };
}

async function writeStdin(path: string): Promise<void> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of Deno.stdin.readable) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_STDIN) {
      throw new OutputError(path, new Error("standard input is longer than any script (16 MiB)"));
    }
  }
  const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
  await Deno.writeFile(path, bytes, { createNew: true }).catch((error) => {
    throw new OutputError(path, error);
  });
}
