/** Names of folders without sources, and paths of some. */
const SKIPPED = new Set([".git", "node_modules", "testdata", "bench/results/"]);

/** Files below `root` whose path, relative to it, `wanted` accepts; sorted. Fixtures are left out. */
export async function listFiles(
  root: URL,
  wanted: (path: string) => boolean,
): Promise<string[]> {
  const found: string[] = [];
  const walk = async (folder: string) => {
    for await (const { name, isDirectory } of Deno.readDir(new URL(folder, root))) {
      const below = `${folder}${name}/`;
      if (isDirectory && !SKIPPED.has(name) && !SKIPPED.has(below)) await walk(below);
      else if (!isDirectory && wanted(folder + name)) found.push(folder + name);
    }
  };
  await walk("");
  return found.sort();
}
