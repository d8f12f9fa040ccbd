import { baseName, tooLarge } from "../document.ts";
import { ImportError } from "../errors.ts";
import type { Imported } from "../imported.ts";
import { LIMITS } from "../limits.ts";
import { commentText } from "../script/literals.ts";
import { findChanges } from "./asynchronous.ts";
import { applyEdits, type Edit, editsOf } from "./edits.ts";
import { changeImports } from "./imports.ts";
import { findMissing } from "./missing.ts";
import { readProgram } from "./program.ts";

/**
 * A k6 script as one of ours: what returns promises here is awaited, up through all callers; what
 * can't be moved is named with its line. All else stays as it was, the format too.
 *
 * @throws {ImportError} for what can't be parsed
 */
export async function importK6(file: string, text: string): Promise<Imported> {
  if (text.length > LIMITS.script) {
    throw tooLarge(file, `has ${text.length} characters`, `at most ${LIMITS.script}`);
  }
  const language = /\.[cm]?tsx?$/i.test(file) ? "ts" : "js";
  try {
    return await move(file, text, language);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // The compiler calls itself for each level.
    throw new ImportError("import_too_large", file, {
      problem: "is nested too deeply",
      expected: "a script that a person wrote",
      cause: error,
    });
  }
}

async function move(file: string, text: string, language: "ts" | "js"): Promise<Imported> {
  const program = await readProgram(file, text, language);
  const changes = findChanges(program);
  const imports = changeImports(program, language);
  const findings = [...imports.findings, ...changes.findings, ...findMissing(program)]
    .toSorted((a, b) => a.line - b.line);
  const edits: Edit[] = [...editsOf(program, changes), ...imports.edits];
  const notes = findings.map(({ line, text }) => `line ${line}: ${text}`);
  const header = [
    `Moved by downpour import from ${commentText(baseName(file))} (k6).`,
    ...notes.length === 0 ? [] : ["", "Not moved, by the lines of that script:"],
    ...notes.map((note) => `- ${commentText(note)}`),
  ].map((line) => `// ${line}`.trimEnd()).join("\n");
  const moved = applyEdits(text, edits).trimEnd();
  const added = imports.functions.map((one) => `\n\n${one}`).join("");
  const script = `${header}\n${
    moved.startsWith("#!") ? moved.replace(/^.*\n?/, "") : moved
  }${added}\n`;
  return { kind: "k6", script, language, notes, needs: [], requests: null };
}
