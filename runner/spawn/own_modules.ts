import { fileURLToPath } from "node:url";
import config from "../../deno.json" with { type: "json" };

/**
 * Files and folders of this package, which a shard may read to load what its script turns out to
 * need; null where the package is no folder, or one that no flag can name.
 */
export function ownModules(root: URL = new URL("../../", import.meta.url)): string[] | null {
  if (root.protocol !== "file:") return null;
  const folder = fileURLToPath(root);
  return folder.includes(",") ? null : config.publish.include.map((name) => folder + name);
}
