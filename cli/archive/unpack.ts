import { join } from "node:path";
import { isConfiguration, portable } from "./configuration.ts";
import { FILES, METADATA, type Metadata, readMetadata } from "./metadata.ts";
import { scriptGraph } from "./modules.ts";
import { ArchiveError } from "./tar_header.ts";
import { unpackTar } from "./tar_read.ts";

/** An archive in a temporary folder, which goes with it. */
export interface Unpacked extends AsyncDisposable {
  /** Folder of the files. */
  readonly folder: string;
  /** Path of the script. */
  readonly script: string;
  /** What the archive says of itself. */
  readonly metadata: Metadata;
}

/** Unpacks an archive from anywhere. @throws {ArchiveError} whose message names it */
export async function unpackScript(archive: string): Promise<Unpacked> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "downpour-" }));
  const remove = () => Deno.remove(folder, { recursive: true }).catch(() => {});
  try {
    const paths = await unpackTar(archive, folder);
    const metadata = await readMetadata(join(folder, METADATA));
    if (!paths.includes(`${FILES}/${metadata.script}`)) {
      throw new ArchiveError(`its script is not inside: ${metadata.script}`);
    }
    const script = join(folder, FILES, metadata.script);
    await tame(folder, paths);
    await checkImports(script, join(folder, FILES));
    return { folder: join(folder, FILES), script, metadata, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    const named = error instanceof Deno.errors.NotFound
      ? new ArchiveError(`archive not found: ${archive}`, error)
      : error instanceof ArchiveError
      ? new ArchiveError(`${archive} can't be used: ${error.message}`, error)
      : error;
    throw named;
  }
}

/** Leaves in configuration files, which anybody may have written, only what modules resolve by. */
async function tame(folder: string, paths: readonly string[]): Promise<void> {
  for (const path of paths.filter(isConfiguration)) {
    const file = join(folder, path);
    await Deno.writeTextFile(file, await portable(file));
  }
}

/** A script's imports are read by the command, which may read more than the script may. */
async function checkImports(script: string, root: string): Promise<void> {
  const { files } = await scriptGraph(script);
  const outside = files.find((file) => !file.startsWith(join(root, "/")));
  if (outside !== undefined) {
    throw new ArchiveError(`it imports a file that is not inside: ${outside}`);
  }
}
