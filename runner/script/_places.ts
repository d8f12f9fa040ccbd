import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** A place in a file: 1-based line and column, the column null when only the line is known. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Turns `file:` URLs and relative paths, which start at `base`, into absolute paths. */
export function absolutePath(path: string, base: string = ""): string {
  return resolve(base, path.startsWith("file:") ? fileURLToPath(path) : path);
}

/** Names files the way the user named the script: relative to it, if it was typed relative. */
export class FileNames {
  readonly #entry: string;
  readonly #typed: string;

  constructor(entry: string, typed: string) {
    this.#entry = entry;
    this.#typed = typed;
  }

  /** The name of an absolute path in messages. */
  show(file: string): string {
    if (file === this.#entry) return this.#typed;
    if (this.#typed.startsWith("file:") || this.#typed === this.#entry) return file;
    return join(dirname(this.#typed), relative(dirname(this.#entry), file));
  }

  /** `file:line:column`, or the file alone. */
  at(file: string, place: Place | null): string {
    return place ? `${this.show(file)}:${place.line}:${place.column}` : this.show(file);
  }
}

/** The place of an offset in `text`. */
export function placeOf(text: string, offset: number): Place {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) {
    line++;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}

/** The source line of a place with a mark below, indented; empty when the line is not there. */
export function excerpt(text: string, place: Place): string {
  const line = text.split("\n", place.line)[place.line - 1]?.replace(/\r$/, "");
  if (line === undefined) return "";
  // A long (minified) line is cut around the place.
  const from = Math.max(0, place.column - 60);
  const shown = line.slice(from, from + 100).replaceAll("\t", " ");
  const number = String(place.line);
  const mark = `${" ".repeat(place.column - 1 - from)}^`;
  return `\n  ${number} | ${shown}\n  ${" ".repeat(number.length)} | ${mark}`;
}

/** A file's text, or undefined when it can't be read. */
export async function readText(file: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(file);
  } catch {
    return undefined;
  }
}

/** Names of the files beside `file`, itself left out. */
export async function neighbours(file: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(dirname(file))) {
      if (entry.isFile && entry.name !== basename(file)) names.push(entry.name);
    }
  } catch {
    return [];
  }
  return names.sort();
}
