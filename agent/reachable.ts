import { dirname } from "node:path";

/**
 * The nearest folder, of a path and all above it, that other users may not go through.
 *
 * @returns null when there is none, or nobody can tell
 */
export async function closedFolder(path: string): Promise<string | null> {
  const mode = await Deno.stat(path).then((stat) => stat.mode, () => null);
  if (mode === null) return null;
  if ((mode & 0o001) === 0) return path;
  const above = dirname(path);
  return above === path ? null : await closedFolder(above);
}
