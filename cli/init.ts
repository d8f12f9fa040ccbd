import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { VERSION } from "../internal/mod.ts";
import { OutputError } from "./files.ts";
import { initFiles, type PackagePlace } from "./init_files.ts";

/**
 * `downpour init`: writes a project into a folder, which is made if need be. What is there already
 * stays as it is.
 *
 * @param home of this package; for tests
 * @returns what to print
 * @throws {OutputError} for a folder that can't be written to
 */
export async function initFolder(
  folder: string,
  home: URL = new URL("../", import.meta.url),
): Promise<string> {
  const place = placeOf(home);
  const lines: string[] = [];
  for (const [name, text] of Object.entries(initFiles(place))) {
    const path = join(folder, name);
    lines.push(await create(path, text) ? `wrote ${path}` : `kept ${path}: it was there already`);
  }
  const enter = folder === "." ? "" : `cd ${folder} && `;
  lines.push("", `Now: ${enter}deno task load`);
  if (place.link !== null) {
    lines.push(
      `deno.json links to ${place.link}: leave "links" out where the package comes from a registry.`,
    );
  }
  return `${lines.join("\n")}\n`;
}

/** Whether the file was made: false when there was one. */
async function create(path: string, text: string): Promise<boolean> {
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, text, { createNew: true });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw new OutputError(path, error);
  }
}

/** How a project names the package that this module is of. */
function placeOf(home: URL): PackagePlace {
  const name = `@downpour/downpour@^${VERSION}`;
  if (home.protocol !== "file:") return { specifier: `jsr:${name}`, link: null };
  if (home.pathname.includes("/node_modules/")) return { specifier: `npm:${name}`, link: null };
  return { specifier: `jsr:${name}`, link: fileURLToPath(home).replace(/[/\\]$/, "") };
}
