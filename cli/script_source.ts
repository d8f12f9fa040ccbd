import { resolve } from "node:path";
import type { OptionTier } from "../runner/mod.ts";
import { folderOf, OutputError } from "./files.ts";

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
 */
export async function withScript<T>(
  operand: string,
  use: (source: ScriptSource) => Promise<T>,
): Promise<T> {
  if (operand === "-") {
    const path = `.downpour-stdin-${crypto.randomUUID().slice(0, 8)}.ts`;
    await writeStdin(path);
    try {
      return await use({ path, folder: ".", title: "standard input" });
    } finally {
      await Deno.remove(path).catch(() => {});
    }
  }
  if (!operand.endsWith(".tar")) return await use({ path: operand, folder: folderOf(operand) });
  const { unpackScript } = await import("./archive/mod.ts");
  await using unpacked = await unpackScript(resolve(operand));
  const { script: path, folder, metadata: { options, env } } = unpacked;
  return await use({
    path,
    folder,
    title: operand,
    options: { from: `archive ${operand}`, options },
    env,
  });
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
