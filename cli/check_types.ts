import { checkScript } from "../runner/mod.ts";
import { folderOf } from "./files.ts";

/**
 * Checks the types of a script by its own configuration, or by ours where it has none: that one
 * knows the names of our modules. A script that is not there is left to the run to complain about.
 */
export async function checkTypes(script: string): Promise<void> {
  const folder = await Deno.realPath(folderOf(script)).catch(() => null);
  if (folder === null || !(await exists(script))) return;
  const ours = new URL("../deno.json", import.meta.url);
  if (ours.protocol !== "file:" || await hasConfig(folder)) return await checkScript(script);
  await checkScript(script, { config: decodeURIComponent(ours.pathname) });
}

/** Whether a folder or one above it has a Deno configuration. */
async function hasConfig(folder: string): Promise<boolean> {
  for (let at = folder;; at = folderOf(at)) {
    for (const name of ["deno.json", "deno.jsonc"]) {
      if (await exists(`${at}/${name}`)) return true;
    }
    if (at === folderOf(at)) return false;
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then((info) => info.isFile, () => false);
}
