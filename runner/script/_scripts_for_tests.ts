import { join } from "node:path";

/** A temporary folder of files for one test. */
export interface Scripts extends AsyncDisposable {
  /** Its absolute path. */
  readonly dir: string;
  /** The absolute path of a file in it. */
  path(name: string): string;
}

/** Writes files (paths may have folders) into a new temporary folder. */
export async function scripts(files: Readonly<Record<string, string>>): Promise<Scripts> {
  const dir = await Deno.realPath(await Deno.makeTempDir({ prefix: "script_" }));
  for (const [name, text] of Object.entries(files)) {
    const path = join(dir, name);
    await Deno.mkdir(join(path, ".."), { recursive: true });
    await Deno.writeTextFile(path, text);
  }
  return {
    dir,
    path: (name) => join(dir, name),
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}
