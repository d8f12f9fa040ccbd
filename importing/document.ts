import process from "node:process";
import { ImportError } from "./errors.ts";
import { LIMITS } from "./limits.ts";
import type { Place } from "./place.ts";

/** Whether text begins as JSON does. */
export function looksLikeJson(text: string): boolean {
  return /^\s*[{[]/.test(text);
}

/** Percent-decoded text; what is no right encoding stays as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Reads JSON. @throws {ImportError} with line and column */
export function readJson(file: string, text: string): Place {
  try {
    return checked({ file, path: "", value: JSON.parse(text) as unknown });
  } catch (error) {
    if (error instanceof ImportError) throw error;
    const found = / position (\d+)/.exec(String(error));
    // What is wrong at once has no position.
    const start = text.length - text.trimStart().length;
    const end = text.trimEnd().length;
    const at = found === null ? (looksLikeJson(text) ? end : start) : Number(found[1]);
    const problem = `is no JSON: ${String(error).replace(/^SyntaxError: /, "").slice(0, 120)}`;
    throw new ImportError("import_invalid", file, {
      place: lineAndColumn(text, at),
      problem,
      expected: "a JSON document",
      cause: error,
    });
  }
}

/** Reads YAML 1.2, or JSON. @throws {ImportError} with line and column */
export async function readYaml(file: string, text: string): Promise<Place> {
  if (looksLikeJson(text)) {
    try {
      return readJson(file, text);
    } catch (error) {
      // YAML's flow style begins like JSON.
      if (error instanceof ImportError && error.code === "import_too_large") throw error;
      if (/\.json$/i.test(file)) throw error;
    }
  }
  if (text.length > LIMITS.yaml) {
    throw tooLarge(file, `is ${text.length} characters of YAML`, `at most ${LIMITS.yaml}, or JSON`);
  }
  const { parseDocument } = await import("yaml");
  try {
    const document = withoutEnvironment(() =>
      parseDocument(text, { logLevel: "silent", prettyErrors: true })
    );
    const [error] = document.errors;
    if (error !== undefined) {
      const [place] = error.linePos ?? [];
      throw new ImportError("import_invalid", file, {
        place: place === undefined ? "" : `line ${place.line}, column ${place.col}`,
        problem: `is no YAML: ${error.message.split("\n", 1)[0]!.replace(/ at line .*$/, "")}`,
        expected: "a YAML or JSON document",
        cause: error,
      });
    }
    const value: unknown = document.toJS({ maxAliasCount: 1000 });
    return checked({ file, path: "", value });
  } catch (error) {
    if (error instanceof ImportError) throw error;
    // Aliases without end, or more levels than its parser takes.
    const problem = `can't be read as YAML: ${
      error instanceof Error ? error.message.slice(0, 120) : "unknown error"
    }`;
    const expected = "a YAML or JSON document";
    throw new ImportError("import_invalid", file, { problem, expected, cause: error });
  }
}

/** The parser looks for settings of its own in the environment, which this process may not read. */
function withoutEnvironment<T>(parse: () => T): T {
  const { env } = process;
  process.env = {};
  try {
    return parse();
  } finally {
    process.env = env;
  }
}

/** `line 3, column 9` of an offset. */
export function lineAndColumn(text: string, at: number): string {
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  return `line ${line}, column ${at - before.lastIndexOf("\n")}`;
}

/** Something that is over a cap. */
export function tooLarge(file: string, problem: string, expected: string): ImportError {
  return new ImportError("import_too_large", file, { problem, expected });
}

/** Counts levels and values without recursion: the rest may recurse then. */
function checked(place: Place): Place {
  let level: unknown[] = [place.value];
  let values = 0;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > LIMITS.depth) {
      const problem = `has more than ${LIMITS.depth} levels`;
      throw tooLarge(place.file, problem, `at most ${LIMITS.depth} objects within each other`);
    }
    values += level.length;
    if (values > LIMITS.values) {
      const problem = `has more than ${LIMITS.values} values`;
      throw tooLarge(place.file, problem, "a smaller document");
    }
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== "object" || value === null) continue;
      for (const item of Object.values(value)) next.push(item);
      if (next.length > LIMITS.values) break;
    }
    level = next;
  }
  return place;
}

/** The last part of a path: scripts tell nothing of where they were made. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}
